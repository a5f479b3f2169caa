"""The texts that are ready around an event, by language: confirmed, changed, cancelled, for both sides."""

from rules.choices import Language, MessageKind

FI, SV, EN = Language.FI, Language.SV, Language.EN

AROUND: dict[tuple[MessageKind, Language], tuple[str, str]] = {
    (MessageKind.CONFIRMED_EXPERT, FI): ("Vahvistus", """Hei!

Kiitos, kaikki on sovittu. Aika: {when}

Täältä näet paikan, käytännön asiat ja kenelle voit soittaa. Sivun voi tulostaa, ja ajan voi viedä kalenteriin:
{link}

Jos et pääsekään tai et jaksa, ilmoita siitä milloin tahansa. Syytä ei tarvitse kertoa.

Terveisin
{coordinator}
"""),
    (MessageKind.CONFIRMED_EXPERT, SV): ("Bekräftelse", """Hej!

Tack, allt är överenskommet. Tid: {when}

Här ser du platsen, det praktiska och vem du kan ringa. Du kan skriva ut sidan och spara tiden i kalendern:
{link}

Om du inte kan eller orkar komma, meddela när som helst. Du behöver inte säga varför.

Hälsningar
{coordinator}
"""),
    (MessageKind.CONFIRMED_EXPERT, EN): ("Confirmed", """Hello!

Thank you, everything is agreed. Time: {when}

Here you see the place, the practical matters and whom to call. You can print the page and save the time in a calendar:
{link}

If you cannot come or do not feel up to it, tell us at any time. You need not say why.

Best wishes
{coordinator}
"""),
    (MessageKind.CONFIRMED_ORDERER, FI): ("Tilauksenne on vahvistettu", """Hei!

Tilauksenne on vahvistettu. Aika: {when}

Täältä näette, kuka tulee ja miten tilaisuuteen kannattaa valmistautua.
Sivun voi tulostaa, ja ajan voi viedä kalenteriin:
{link}

Terveisin
{coordinator}
"""),
    (MessageKind.CONFIRMED_ORDERER, SV): ("Er beställning är bekräftad", """Hej!

Er beställning är bekräftad. Tid: {when}

Här ser ni vem som kommer och hur ni kan förbereda er. Sidan kan skrivas ut och tiden sparas i kalendern:
{link}

Hälsningar
{coordinator}
"""),
    (MessageKind.CONFIRMED_ORDERER, EN): ("Your order is confirmed", """Hello!

Your order is confirmed. Time: {when}

Here you see who comes and how to prepare. You can print the page and save the time in a calendar:
{link}

Best wishes
{coordinator}
"""),
    (MessageKind.CHANGED_EXPERT, FI): ("Aika tai paikka muuttui", """Hei!

Aika tai paikka on muuttunut. Aika on nyt: {when}

Katso, mikä muuttui, ja kerro, sopiiko se sinulle:
{link}

Kaikki vastaukset ovat yhtä hyviä, eikä syytä tarvitse kertoa.

Terveisin
{coordinator}
"""),
    (MessageKind.CHANGED_EXPERT, SV): ("Tiden eller platsen har ändrats", """Hej!

Tiden eller platsen har ändrats. Tiden är nu: {when}

Se vad som har ändrats och berätta om det passar dig:
{link}

Alla svar är lika bra, och du behöver inte säga varför.

Hälsningar
{coordinator}
"""),
    (MessageKind.CHANGED_EXPERT, EN): ("The time or the place has changed", """Hello!

The time or the place has changed. The time is now: {when}

See what has changed and tell us whether it suits you:
{link}

Every answer is as good as another, and you need not say why.

Best wishes
{coordinator}
"""),
    (MessageKind.CHANGED_ORDERER, FI): ("Tilauksenne aika tai paikka muuttui", """Hei!

Tilauksenne aika tai paikka on muuttunut. Aika on nyt: {when}
Kysymme vielä, sopiiko muutos sille, joka on tulossa. Ajantasaiset tiedot ovat täällä:
{link}

Terveisin
{coordinator}
"""),
    (MessageKind.CHANGED_ORDERER, SV): ("Tiden eller platsen för er beställning har ändrats", """Hej!

Tiden eller platsen för er beställning har ändrats. Tiden är nu: {when}
Vi frågar om ändringen passar den som kommer. Aktuella uppgifter finns här:
{link}

Hälsningar
{coordinator}
"""),
    (MessageKind.CHANGED_ORDERER, EN): ("The time or the place of your order has changed", """Hello!

The time or the place of your order has changed. The time is now: {when}
We ask whether the change suits the one who comes. What is agreed now is here:
{link}

Best wishes
{coordinator}
"""),
    (MessageKind.CANCELLED_EXPERT, FI): ("Tilaisuus on peruttu", """Hei!

Tilaisuus on peruttu, eikä sinun tarvitse tulla. Aika oli: {when}
Kiitos, että olit lähdössä mukaan. Jos sinulle ehti tulla kuluja, kerro niistä minulle.

Terveisin
{coordinator}
"""),
    (MessageKind.CANCELLED_EXPERT, SV): ("Tillställningen är inställd", """Hej!

Tillställningen är inställd, så du behöver inte komma. Tiden var: {when}
Tack för att du ville vara med. Om du redan har haft kostnader, berätta för mig.

Hälsningar
{coordinator}
"""),
    (MessageKind.CANCELLED_EXPERT, EN): ("The event has been cancelled", """Hello!

The event has been cancelled, so you need not come. The time was: {when}
Thank you for being ready to join. If you have had costs already, please tell me.

Best wishes
{coordinator}
"""),
    (MessageKind.CANCELLED_ORDERER, FI): ("Tilauksenne on peruttu", """Hei!

Tilauksenne on peruttu. Aika oli: {when}
Jos ette tienneet perumisesta tai haluatte sopia uuden ajan, vastatkaa tähän viestiin tai soittakaa.

Terveisin
{coordinator}
"""),
    (MessageKind.CANCELLED_ORDERER, SV): ("Er beställning är annullerad", """Hej!

Er beställning är annullerad. Tiden var: {when}
Om ni inte kände till annulleringen eller vill komma överens om en ny tid, svara på det här meddelandet eller ring.

Hälsningar
{coordinator}
"""),
    (MessageKind.CANCELLED_ORDERER, EN): ("Your order has been cancelled", """Hello!

Your order has been cancelled. The time was: {when}
If you did not know of this or would like to agree on another time, please answer or call.

Best wishes
{coordinator}
"""),
}
"""(subject, text) of each occasion in each language."""
