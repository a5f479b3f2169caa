"""The rights of claims, payment batches and rates: a part of ``permission_table.TABLE``."""

MONEY = """
# model              group or verb()    coordinator trainer finance orderer steering expert admin

# --- fees
Payee                money              rw          -       rw      -       -        -      -
Payee                payee              mw          -       rw      -       -        -      -
Payee                identity           rw          -       -       -       -        -      -
Payee                meta               r           -       r       -       -        -      -
Payee                create()           x           -       x       -       -        -      -
Payee                reveal()           x           -       x       -       -        -      -
Invoice              money              rw          -       r       -       -        r      -
Invoice              meta               r           -       r       -       -        -      -
Invoice              create()           x           -       -       -       -        -      -
Invoice              export()           x           -       x       -       -        -      -
Invoice              submit()           x           -       -       -       -        -      -
Invoice              check()            x           -       -       -       -        -      -
Invoice              approve()          -           -       x       -       -        -      -
Invoice              send_back()        x           -       x       -       -        -      -
Invoice              reject()           x           -       x       -       -        -      -
Invoice              withdraw()         x           -       -       -       -        -      -
Invoice              batch()            -           -       x       -       -        -      -
Invoice              release()          -           -       x       -       -        -      -
Invoice              settle()           -           -       x       -       -        -      -
Invoice              bounce()           -           -       x       -       -        -      -
Invoice              mend()             -           -       x       -       -        -      -
Invoice              attach()           x           -       -       -       -        x      -
InvoiceLine          money              rw          -       r       -       -        r      -
InvoiceLine          meta               r           -       r       -       -        -      -
InvoiceLine          create()           x           -       -       -       -        -      -
InvoiceLine          delete()           x           -       -       -       -        -      -
Receipt              money              r           -       r       -       -        r      -
Receipt              meta               r           -       r       -       -        -      -
Receipt              delete()           x           -       -       -       -        x      -
Receipt              download()         x           -       x       -       -        x      -
PaymentBatch         money              -           -       rw      -       -        -      -
PaymentBatch         meta               -           -       r       -       -        -      -
PaymentBatch         create()           -           -       x       -       -        -      -
PaymentBatch         export()           -           -       x       -       -        -      -
PaymentBatch         submit()           -           -       x       -       -        -      -
PaymentBatch         approve()          -           -       x       -       -        -      -
PaymentBatch         refuse()           -           -       x       -       -        -      -
PaymentBatch         generate()         -           -       x       -       -        -      -
PaymentBatch         download()         -           -       x       -       -        -      -
PaymentBatch         send()             -           -       x       -       -        -      -
PaymentBatch         close()            -           -       x       -       -        -      -
PaymentBatch         cancel()           -           -       x       -       -        -      -
BatchItem            money              -           -       r       -       -        -      -
BatchItem            payee              -           -       m       -       -        -      -
BatchItem            meta               -           -       r       -       -        -      -
BatchItem            export()           -           -       x       -       -        -      -
BatchItem            reveal()           -           -       x       -       -        -      -
BatchItem            accept()           -           -       -       -       -        -      -
BatchItem            pay()              -           -       x       -       -        -      -
BatchItem            reject()           -           -       x       -       -        -      -
BatchItem            return()           -           -       x       -       -        -      -
BatchItem            remove()           -           -       x       -       -        -      -
BatchFile            money              -           -       r       -       -        -      -
BatchFile            meta               -           -       r       -       -        -      -
PayingAccount        money              -           -       rw      -       -        -      -
PayingAccount        meta               -           -       r       -       -        -      -
PayingAccount        create()           -           -       x       -       -        -      -
FeeRate              money              rw          -       rw      r       r        r      -
FeeRate              meta               r           -       r       -       -        -      -
FeeRate              create()           x           -       x       -       -        -      -
KilometreRate        money              rw          -       rw      -       -        r      -
KilometreRate        meta               r           -       r       -       -        -      -
KilometreRate        create()           x           -       x       -       -        -      -
IncomeType           money              r           -       rw      -       -        -      -
IncomeType           meta               r           -       r       -       -        -      -
IncomeType           create()           -           -       x       -       -        -      -
"""
