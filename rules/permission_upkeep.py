"""The rights of data protection, settings, logs and reports: a part of ``permission_table.TABLE``."""

UPKEEP = """
# model              group or verb()    coordinator trainer finance orderer steering expert admin

# --- data protection
DataRequest          identity           rw          -       -       -       -        -      -
DataRequest          work               rw          -       -       -       -        -      -
DataRequest          meta               r           -       -       -       -        -      -
DataRequest          create()           x           -       -       -       -        -      -
DataRequest          start()            x           -       -       -       -        -      -
DataRequest          answer()           x           -       -       -       -        -      -
DataRequest          refuse()           x           -       -       -       -        -      -
DataRequest          extend()           x           -       -       -       -        -      -
DataRequest          download()         x           -       -       -       -        -      -
AccessLog            meta               r           -       -       -       -        -      r
ChangeLog            meta               r           -       -       -       -        -      r
StatusChange         meta               r           -       -       -       -        -      r
StatusChange         answers            r           -       -       -       -        -      -

# --- settings
Theme                meta               rw          -       -       -       -        -      -
Theme                create()           x           -       -       -       -        -      -
Viewpoint            meta               rw          -       -       -       -        -      -
Viewpoint            create()           x           -       -       -       -        -      -
Task                 meta               rw          -       -       -       -        -      -
Task                 create()           x           -       -       -       -        -      -
SpokenLanguage       meta               rw          -       -       -       -        -      -
SpokenLanguage       create()           x           -       -       -       -        -      -
OnboardingPoint      meta               rw          -       -       -       -        -      -
OnboardingPoint      create()           x           -       -       -       -        -      -
Municipality         meta               rw          -       -       -       -        -      rw
Municipality         create()           x           -       -       -       -        -      x
Person               identity           r           -       -       -       -        -      rw
Person               meta               r           -       -       -       -        -      r
Person               create()           -           -       -       -       -        -      x
User                 identity           r           -       -       -       -        -      rw
User                 contact            -           -       -       -       -        -      rw
User                 work               r           -       -       -       -        -      rw
User                 meta               -           -       -       -       -        -      r
User                 create()           -           -       -       -       -        -      x
User                 password()         -           -       -       -       -        -      x
User                 link()             -           -       -       -       -        -      x
User                 forget_factor()    -           -       -       -       -        -      x
RoleGrant            identity           -           -       -       -       -        -      rw
RoleGrant            work               -           -       -       -       -        -      rw
RoleGrant            meta               -           -       -       -       -        -      r
RoleGrant            create()           -           -       -       -       -        -      x
RoleGrant            delete()           -           -       -       -       -        -      x
Job                  meta               r           -       r       -       -        -      r
Job                  start()            -           -       -       -       -        -      -
Job                  finish()           -           -       -       -       -        -      -
Job                  fail()             -           -       -       -       -        -      -

# --- reports, by sheet
Report               activity()         x           -       -       -       x        -      -
Report               fees()             x           -       x       -       x        -      -
Report               training()         x           x       -       -       x        -      -
Report               recharge()         x           -       x       -       -        -      -
Report               payees()           -           -       x       -       -        -      -
Report               incomes()          -           -       x       -       -        -      -

# --- plots, by figure: numbers in full, so only for the roles that see the records themselves
Plot                 orders()           x           -       -       -       -        -      -
Plot                 response()         x           -       -       -       -        -      -
Plot                 load()             x           -       -       -       -        -      -
Plot                 fees()             x           -       x       -       -        -      -

# --- the month's readings of everybody: counts, never what was read
Review               readings()         x           -       -       -       -        -      x
"""
