// What the view and the controls share; Python puts it before each of them.

// Build an element; text becomes text, never HTML.
const h = (tag, props = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
};

// Writing only what differs keeps the selection, and spares screen readers a repetition.
const setText = (node, text) => { if (node.textContent !== text) node.textContent = text; };

// JupyterLab takes single keys wherever the focus is ("d d" deletes the cell); Ctrl+S, Alt+1, F11 are left to it.
const guard = (root, escape = () => {}) => root.addEventListener("keydown", (event) => {
  if (event.key === "Escape") escape(event);
  if (!event.ctrlKey && !event.metaKey && !event.altKey && !/^F\d/.test(event.key)) event.stopPropagation();
});

const STEPS = { ArrowRight: 1, ArrowDown: 1, End: Infinity, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity };

// Many buttons, one stop for Tab: arrow keys, Home and End move among them (the ARIA toolbar pattern). Call what this
// gives when buttons came, went or were hidden: the stop stays, or passes, with the focus, to the next one.
const rove = (root, which) => {
  const shown = () => [...root.querySelectorAll(which)].filter((one) => !one.hidden);
  let stop, held = false;
  root.addEventListener("focusin", ({ target }) => {
    if (!target.matches(which)) return;
    if (stop) stop.tabIndex = -1;
    [stop, held] = [target, true];
    stop.tabIndex = 0;
  });
  root.addEventListener("focusout", ({ target }) => { held &&= target.hidden; });  // what is hidden has lost it unasked
  root.addEventListener("keydown", (event) => {
    const now = shown(), at = now.indexOf(event.target), step = STEPS[event.key];
    if (at < 0 || !step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    now[Math.max(0, Math.min(at + step, now.length - 1))].focus();
  });
  return () => {
    const now = shown(), had = root.contains(stop);
    const after = (one) => stop.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (!now.includes(stop)) {
      stop = had ? now.find(after) ?? now.at(-1) : now[0];
      if (had && held) (stop ?? root.querySelector("input"))?.focus();
      held &&= Boolean(stop);
    }
    for (const one of now) one.tabIndex = one === stop ? 0 : -1;
  };
};

// Follow changes of the model for as long as the view lives; each widget's render gives back `stop`.
const follow = (model) => {
  const ends = [];
  const on = (name, run) => {
    model.on(name, run);
    ends.push(() => model.off(name, run));
  };
  return { on, ends, stop: () => ends.splice(0).forEach((end) => end()) };
};

// What would change in each way to count, closed until it is asked for.
const makeChanges = (ask = () => {}) => {
  const summary = h("summary"), list = h("ul");
  const node = h("details", { class: "kit-changes" }, summary, list);
  node.addEventListener("toggle", () => node.open && ask());
  const show = ({ changes = [], changed = "" }) => {
    setText(summary, changed);
    node.hidden = !changed;
    list.replaceChildren(...changes.map(({ words, propositions }) => h("li", {}, h("b", {}, words),
      ...(propositions.length ? [h("ul", {}, ...propositions.map((one) => h("li", {}, one)))] : []))));
  };
  return { node, show };
};
