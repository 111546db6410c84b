// What the mouse rests on is told at once, in the place of the browser's own hint; without a script the hint is left.
const words = new Map([...document.querySelectorAll(".kit-drawn title")].map((one) => [one.parentNode, one.textContent]));
document.querySelectorAll(".kit-drawn title").forEach((one) => one.remove());
const box = document.querySelector(".kit-report").appendChild(document.createElement("div"));
box.className = "kit-tooltip";
box.setAttribute("role", "tooltip");
box.hidden = true;

document.addEventListener("pointermove", ({ target, clientX, clientY }) => {
  const said = words.get(target);
  box.hidden = !said;
  if (!said || box.textContent !== said) box.textContent = said ?? "";
  const left = Math.min(clientX + 14, innerWidth - box.offsetWidth - 8), below = clientY + 18;
  const top = below + box.offsetHeight < innerHeight ? below : clientY - box.offsetHeight - 12;
  box.style.translate = `${Math.max(8, left)}px ${Math.max(8, top)}px`;
});

// A click on a mark opens the passages behind it: copies of those below the chart, with the mark's own evidence marked.
const dialog = document.querySelector("dialog"), [close, head, list] = dialog.children;
const open = (mark, passages, of, own) => {
  const behind = (one) => mark.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;  // its own panel's
  const told = (one) => [...one.querySelectorAll("[data-statements]")].flatMap((part) => part.dataset.statements.split("\n"));
  const has = (one) => own ? own.filter((id) => told(one).includes(id)).length : 0;
  const find = (id) => [...mark.closest(".kit-cell").querySelectorAll(`article[data-passage="${CSS.escape(id)}"]`)]
    .filter(behind).reduce((best, one) => (has(one) > has(best) ? one : best));  // the first that tells most of its own
  const copies = passages.map((id) => find(id).cloneNode(true));
  for (const copy of copies) {
    copy.removeAttribute("id");
    for (const one of own ? copy.querySelectorAll("[data-statements]") : []) {
      one.classList.toggle("kit-other", !one.dataset.statements.split("\n").some((id) => own.includes(id)));
    }
  }
  const count = copies.length.toLocaleString("en-GB");
  head.textContent = `${words.get(mark)}\n${count === of ? "" : `${count} of `}${of} passage${of === "1" ? "" : "s"}`;
  list.replaceChildren(...copies);
  box.hidden = true;
  dialog.showModal();
};
document.addEventListener("click", ({ target }) => {
  const { passages, of, statements } = target.dataset;
  if (passages) open(target, passages.split("\n"), of, statements?.split("\n"));
  else if (target === close || target === dialog || target.closest("dialog a")) dialog.close();  // beside it, too
});
