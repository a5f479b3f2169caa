// The board: a card's next steps are asked for when it is opened. Without them the card still leads to its order.
document.querySelectorAll("details[data-steps]").forEach((card) => {
  card.addEventListener("toggle", async () => {
    if (!card.open || card.dataset.asked) return;
    card.dataset.asked = "1";
    try {
      const answer = await fetch(card.dataset.steps, { redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      card.querySelector(".leads").innerHTML = await answer.text();
    } catch {
      delete card.dataset.asked; // opening it again asks again
    }
  });
});
