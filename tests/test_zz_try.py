from tests.admin.test_list_pages import *
def test_x(login):
    client = login("coordinator"); make_full(Expert)
    client.get("/admin/expert/")
    with Queries() as q: client.get("/admin/expert/")
    for s in q.asked: print(re.sub(r"SELECT.*?FROM", "SELECT .. FROM", s.replace("\n"," "))[:300]); print()
