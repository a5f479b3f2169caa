from tests.imports.importing import *
def test_probe(session, tmp_path):
    from tests.imports.importing import run
    for kind, path in (("experts",EXPERTS),("orders",ORDERS),("invoices",INVOICES)):
        for commit in (False, True, True):
            r=run(kind,path,commit=commit)
            print(kind,commit,fates(r),dict(kinds(r,"error")),dict(kinds(r,"notice")),dict(r.made.counts))
            for t in r.rows:
                if t.changes or t.known_from: print("  ",t.row.row,t.fate,t.changes,t.known_from)
                for p in t.problems:
                    if p.kind in ("differs","namesake","training_incomplete","not_reached","avoided_open","person_unclear","person_unknown"): print("   P",p.row,p.column,p.kind,p.sentence)
        print(table_counts())
    from models import SupportContact, Order, Organisation
    for c in session.scalars(sa.select(SupportContact)): print(c.expert_id,c.note, c.expert.avoided_organisations)
    for o in session.scalars(sa.select(Order).limit(12)): print(o.number,o.status,o.kind,o.title,o.register_note,[(str(x.on),x.starts,x.ends,x.place) for x in o.occasions],[(a.status,a.agreed_fee) for a in o.assignments])
    for o in session.scalars(sa.select(Organisation)): print(o.name,o.kind,o.trains,o.places_orders)
