let serial = 0;

// A labelled row: what is controlled stands left, the controls right.
const makeRow = (title, ...controls) => {
  const id = `kit-${++serial}-comparer`;
  const head = h("div", { class: "kit-row-head" }, h("span", { class: "kit-row-title", id }, title));
  return h("div", { class: "kit-row", role: "group", "aria-labelledby": id }, head,
    h("div", { class: "kit-row-body" }, ...controls));
};

const makeSelect = (label, options, change) => {
  const select = h("select", { "aria-label": label, onchange: () => change(select.value) });
  const fill = (rows) => select.replaceChildren(...rows.map(([value, text]) => h("option", { value }, text)));
  fill(options);
  return { node: select, fill, show: (value) => { if (select.value !== value) select.value = value; } };
};

const FEW = 60;
const inWords = (iso) => new Date(`${iso}T00:00Z`)
  .toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

// A day of the corpus's own, or none; where there are too many of them, any day.
const makeDay = (label, dates, change) => {
  if (dates.length <= FEW) {
    const options = (all) => [["", "any"], ...all.map((one) => [one, inWords(one)])];
    const select = makeSelect(label, options(dates), change);
    const show = (value) => {
      if (value && !dates.includes(value)) select.fill(options(dates = [...dates, value].sort()));
      select.show(value);
    };
    return { node: select.node, show };
  }
  const input = h("input", { type: "date", min: dates[0], max: dates.at(-1), "aria-label": label });
  input.addEventListener("change", () => change(input.value));
  return { node: input, show: (value) => { if (!input.validity.badInput) input.value = value; } };
};

const makePeriod = (label, dates, change) => {
  const days = Object.entries({ since: "from", until: "until" }).map(([name, words]) => {
    const day = makeDay(`${label}: ${words}`, dates, (value) => change({ [name]: value }));
    return { name, day, node: h("label", { class: "kit-field" }, h("span", {}, words), day.node) };
  });
  return { nodes: days.map((one) => one.node), show: (said) => days.forEach(({ name, day }) => day.show(said[name])) };
};

const makeNumber = (label, limits, change) => {
  const input = h("input", { type: "number", ...limits, "aria-label": label });
  input.addEventListener("change", () => change(input.value === "" ? null : +input.value));
  let shown;  // what is being typed stays while something else changes
  const show = (value) => { if (shown !== (shown = value ?? "")) input.value = shown; };
  return { node: input, show };
};

// One of the two sides: a holder, and perhaps an office or a period of it.
const makeSide = (title, offered, change) => {
  const counted = ({ name, count }) => `${name} (${count ? `${count} statement${count === 1 ? "" : "s"}` : "no statements"})`;
  const holder = makeSelect(`${title}: holder`, offered.speakers.map((one) => [one.id, counted(one)]),
    (speaker_id) => change({ speaker_id, office: "" }));
  const office = makeSelect(`${title}: office`, [], (value) => change({ office: value }));
  const period = makePeriod(title, offered.dates, change);
  const field = h("label", { class: "kit-field" }, h("span", {}, "in office"), office.node);
  let shown;
  const show = (said) => {
    const offices = offered.speakers.find((one) => one.id === said.speaker_id)?.offices ?? [];
    holder.show(said.speaker_id);
    if (shown !== said.speaker_id) office.fill([["", "any"], ...offices.map((one) => [one, one])]);
    shown = said.speaker_id;
    office.show(said.office);
    field.hidden = !offices.length;
    period.show(said);
  };
  return { node: makeRow(title, holder.node, field, ...period.nodes), show };
};

// The rules: how each is loosened and what that would bring; their sentences stand below, closed until asked for.
const makeRules = (rules, change) => {
  const fields = {
    years: ["at most", { min: 0, step: "any", placeholder: "any" }, "years apart", (years) => change({ years })],
    least: ["at least", { min: 1, step: 1 }, "statements a side", (least) => change({ least: least ?? 1 })],
  };
  const made = rules.filter(({ allows }) => allows).map(({ rule, sentence, allows }) => {
    const effect = h("span", { class: "kit-effect" });
    const [before, limits, after, set] = fields[rule] ?? [];
    const number = limits && makeNumber(`${before} so many ${after}`, limits, set);
    const box = h("input", { type: "checkbox", onchange: () => change({ [rule]: box.checked }) });
    const [kind, ...parts] = number ? ["kit-number", before, number.node, after, effect]
      : ["kit-own", box, h("span", {}, allows, effect)];
    const node = h("label", { class: `kit-rule ${kind}`, title: sentence }, ...parts);
    const show = (guard, more) => {
      if (number) number.show(guard[rule]); else box.checked = guard[rule];
      setText(effect, more == null ? "" : number ? `(lifting it ${more})` : more);
      effect.classList.toggle("kit-nothing", /no more propositions$/.test(more ?? ""));
    };
    return { rule, node, show };
  });
  const show = (guard, told) => made.forEach((one) => one.show(guard, told[one.rule]));
  const told = h("details", { class: "kit-sentences" }, h("summary", {}, `The ${rules.length} rules in full`),
    h("ul", {}, ...rules.map(({ sentence }) => h("li", {}, sentence))));
  const choices = h("div", { class: "kit-rules" }, ...made.map((one) => one.node));
  return { node: makeRow("May be compared", choices, told), show };
};

const makeThemes = (themes, change) => {
  let chosen = [];
  const toggle = (id) => change(themes.map((one) => one.id).filter((one) => chosen.includes(one) !== (one === id)));
  const chips = themes.map(({ id, label, count }) => {
    const tally = h("span", { class: "kit-tally" }, String(count));
    const name = h("span", { class: "kit-name" }, label);
    const props = { type: "button", class: `kit-chip${count ? "" : " kit-none"}`, onclick: () => toggle(id) };
    return { id, node: h("button", props, name, tally) };
  });
  const show = (now) => {
    chosen = now;
    for (const { id, node } of chips) node.setAttribute("aria-pressed", now.includes(id));
  };
  const node = makeRow("Themes", ...chips.map((one) => one.node));
  node.role = "toolbar";
  rove(node, ".kit-chip")();
  return { node, show };
};

const render = ({ model, el }) => {
  const { on, stop } = follow(model);
  const offered = model.get("offered"), said = () => model.get("chosen");
  if (!offered.speakers) return stop;  // nobody to compare, as the view says
  const change = (values) => { model.set("chosen", { ...said(), ...values }); model.save_changes(); };
  const inner = (name) => (values) => change({ [name]: { ...said()[name], ...values } });
  const left = makeSide("Left", offered, inner("left")), right = makeSide("Right", offered, inner("right"));
  const themes = makeThemes(offered.themes, (ids) => change({ themes: ids }));
  const period = makePeriod("Dates", offered.dates, change);
  const own = h("input", { type: "checkbox", onchange: () => change({ first_hand: own.checked }) });
  const first = h("label", { class: "kit-own" }, own, h("span", {}, "own transcript, speech or release only"));
  const rules = makeRules(offered.rules, inner("guard")), changes = makeChanges();
  const reset = h("button", { type: "button", class: "kit-button", onclick: () => change(offered.start) }, "Reset");
  const past = () => root.closest(".kit-comparer").querySelector(".kit-passages").focus();
  const skip = h("button", { type: "button", class: "kit-button kit-skip", onclick: past }, "Skip to the comparison");
  const place = { class: "kit kit-controls kit-comparing", role: "form", "aria-label": "What is compared" };
  const root = h("div", place, skip, left.node, right.node, themes.node,
    makeRow("Dates", ...period.nodes, first, reset), rules.node, changes.node);
  const show = () => {
    const now = said();
    left.show(now.left);
    right.show(now.right);
    themes.show(now.themes);
    period.show(now);
    own.checked = now.first_hand;
    rules.show(now.guard, model.get("told").rules ?? {});
    changes.show(model.get("told"));
  };
  for (const name of ["chosen", "told"]) on(`change:${name}`, show);
  guard(root);
  show();
  el.append(root);
  return stop;
};

export default { render };
