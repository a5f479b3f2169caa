"""A form filled as a browser does it: every field that the page offers is sent, changed where the test says."""

from lxml import html

PARSER = html.HTMLParser(huge_tree=True)


def fields_of(page):
    """What the page's own form would send as it stands: name to value, or to a list where there are several."""
    (form,) = html.fromstring(page, parser=PARSER).xpath("//main//form[.//input[@name='form_key']]")
    found = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def send(client, address, **changed):
    """Open the form at ``address``, change some fields and send it. A field set to None is left out."""
    return client.post(address, data=filled(client.get(address).text, **changed))


def filled(page, **changed):
    both = fields_of(page) | {name.replace("__", "-"): value for name, value in changed.items()}
    return {name: value for name, value in both.items() if value is not None}


def errors_of(page):
    """Sentences at the fields: field id to what stands below it."""
    tree = html.fromstring(page, parser=PARSER)
    return {p.get("id").removesuffix("-error"): p.text_content().strip() for p in tree.xpath("//p[@class='error']")}


def flashes_of(page):
    return [p.text_content().strip() for p in html.fromstring(page).xpath("//main//p[starts-with(@class, 'note')]")]
