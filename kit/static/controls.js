const MANY = 20, OFFERED = 12;
const SOON = 40;  // ms: what is chosen is shown in one frame with what comes of it, or then without it
const NAMES = ["speakers", "themes", "since", "until", "text", "first_hand"];
const KEPT = 24;  // what the view showed of the last selections
let serial = 0;

// What a view shows of a selection; all its other names stay when another is chosen.
const ofSelection = (name) => /^(frame_.*|passages|summary|code|link|counts)$/.test(name);

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const day = (iso) => days.format(new Date(`${iso}T00:00Z`));

// A labelled row: what is controlled, how much of it is chosen, and a way back to all of it.
const makeRow = (title, clear, role = "group") => {
  const id = `kit-${++serial}`;
  const state = h("span", { class: "kit-state", id: `${id}-state` });
  const body = h("div", { class: "kit-row-body" });
  const all = h("button", { type: "button", class: "kit-all", "aria-label": `${title}: all` }, "all");
  all.addEventListener("click", () => {
    clear();
    body.querySelector("input")?.focus();  // the button is gone by then
  });
  const head = h("div", { class: "kit-row-head" }, h("span", { class: "kit-row-title", id }, title), state, all);
  const node = h("div", { class: "kit-row", role, "aria-labelledby": `${id} ${id}-state` }, head, body);
  return { node, body, say: (text, filtered) => { setText(state, text); all.hidden = !filtered; } };
};

// Chips are made once and then patched, so that the focus stays where it is while counts change.
const makeChips = (title, options, chosen, choose, counted, counts) => {
  const row = makeRow(title, () => choose([]), "toolbar"), settle = rove(row.node, ".kit-all, .kit-chip");
  const chips = new Map(), groups = new Map();
  const hint = `Find among ${options().length}`;
  const search = h("input", { type: "search", placeholder: hint, "aria-label": `Find: ${title}` });
  const toggle = (id) => {
    const now = new Set(chosen());
    if (!now.delete(id)) now.add(id);
    choose(options().map((option) => option.id).filter((one) => now.has(one)));
  };
  const chip = ({ id, label, office, group = "" }) => {
    const parts = { name: h("span", { class: "kit-name" }), count: h("span", { class: "kit-tally" }) };
    const more = office ? [h("small", { class: "kit-chip-office" }, office)] : [];
    const node = h("button", { type: "button", class: "kit-chip", title: office, onclick: () => toggle(id) },
      parts.name, parts.count, ...more);
    setText(parts.name, label);
    if (!groups.has(group)) {
      groups.set(group, h("div", { class: "kit-chips" }));
      const heading = h("span", { class: "kit-group-title", "aria-hidden": "true" }, group);
      const named = group && { role: "group", "aria-label": group };
      row.body.append(h("div", { class: "kit-group", ...named }, ...(group ? [heading] : []), groups.get(group)));
    }
    groups.get(group).append(node);
    return { node, parts, words: plain([label, office, group].join(" ")) };
  };
  const show = () => {
    const all = options(), now = new Map(Object.entries(counts())), picked = new Set(chosen());
    const many = all.length > MANY, wanted = plain(search.value.trim());
    let offered = 0;
    for (const option of all) {
      if (!chips.has(option.id)) chips.set(option.id, chip(option));
      const { node, parts, words } = chips.get(option.id);
      const on = picked.has(option.id), match = wanted && words.includes(wanted) && offered < OFFERED;
      offered += Boolean(match);
      node.hidden = many && !on && !match;
      if (node.hidden) continue;
      node.setAttribute("aria-pressed", on);
      node.classList.toggle("kit-none", !now.get(option.id));
      setText(parts.count, String(now.get(option.id) ?? 0));
    }
    for (const group of groups.values()) group.parentNode.hidden = !group.querySelector(".kit-chip:not([hidden])");
    if (many && !search.parentNode) row.body.prepend(search);
    row.say(`${picked.size ? `${picked.size} of` : "all"} ${all.length}${counted && `, with their ${counted}`}`, picked.size);
    row.node.hidden = !all.length;
    settle();
  };
  search.addEventListener("input", show);
  return { node: row.node, show };
};

// Two native ranges over the positions of the corpus's dates; a thumb at its end leaves that side open.
const makeDates = (model, change) => {
  const row = makeRow("Dates", () => change({ since: "", until: "" }));
  const dates = () => model.get("dates");
  const low = h("input", { type: "range", min: 0, step: 1, "aria-label": "From" });
  const high = h("input", { type: "range", min: 0, step: 1, "aria-label": "To" });
  const ticks = h("div", { class: "kit-ticks", "aria-hidden": "true" });
  const track = h("div", { class: "kit-track" }, ticks, low, high);
  const said = h("span", { class: "kit-period" });
  row.body.append(track, said);
  const move = (input) => {
    if (input === low) low.value = Math.min(low.value, high.value);
    else high.value = Math.max(low.value, high.value);
    const last = dates().length - 1;
    change(input === low ? { since: +low.value ? dates()[low.value] : "" }
      : { until: +high.value < last ? dates()[high.value] : "" });
  };
  low.addEventListener("input", () => move(low));
  high.addEventListener("input", () => move(high));
  const show = () => {
    const all = dates(), last = Math.max(0, all.length - 1), since = model.get("since"), until = model.get("until");
    low.max = high.max = last;
    const first = since ? all.findIndex((date) => date >= since) : 0;
    low.value = first < 0 ? last : first;
    high.value = until ? Math.max(0, all.findLastIndex((date) => date <= until)) : last;
    low.style.zIndex = +low.value > last / 2 ? 2 : 1;  // of two thumbs on one place, the one that can move lies on top
    track.style.setProperty("--from", last ? low.value / last : 0);
    track.style.setProperty("--to", last ? high.value / last : 1);
    if (ticks.childElementCount !== all.length && all.length <= 24) {
      ticks.replaceChildren(...all.map((date, at) => h("i", { style: `--at: ${last ? at / last : 0}` })));
    }
    const from = since || all[0], to = until || all[last];
    if (from) [low.ariaValueText, high.ariaValueText] = [day(from), day(to)];
    setText(said, from ? `${day(from)} – ${day(to)}` : "");
    row.say(since || until ? "chosen" : "all", since || until);
    row.node.hidden = !all.length;
  };
  return { node: row.node, show };
};

const render = async ({ model, el }) => {
  const { on, ends, stop } = follow(model);
  // Counts come in one message with the charts of the view, and are shown in one frame with them.
  const of = model.get("view"), counter = of ? await model.widget_manager.get_model(of.slice("IPY_MODEL_".length)) : model;
  let composing = false, asking = false;
  const kept = new Map(), chosen = () => JSON.stringify(NAMES.map((name) => model.get(name)));
  const answered = () => counter.get("answered") ?? {};
  // Nothing is under way, nothing was refused, no mark narrows the passages: the view shows what is chosen.
  const settled = () => answered().asked === model.get("asked") && answered().link === counter.get("link")
    && !counter.get("notice") && ![answered().picked, counter.get("picked")].some((picked) => picked?.mark != null);
  const keep = () => {
    const shown = Object.entries(counter.get_state()).filter(([name]) => ofSelection(name));
    kept.delete(chosen());
    kept.set(chosen(), Object.fromEntries(shown));
    if (kept.size > KEPT) kept.delete(kept.keys().next().value);
  };
  // Fast changes are one: while a message is under way, the next waits for its end and carries the newest values. What
  // was chosen before is shown as it was, and the answer finds it there.
  const change = (values) => {
    const same = ([name, value]) => JSON.stringify(value) === JSON.stringify(model.get(name));
    if (Object.entries(values).every(same)) return;  // a kernel answers only what it has not heard
    const before = settled();
    if (before) keep();
    asking = true;
    for (const [name, value] of Object.entries({ ...values, asked: model.get("asked") + 1 })) model.set(name, value);
    asking = false;
    model.save_changes();
    if (!before || !kept.has(chosen())) return;
    counter.set_state(kept.get(chosen()));
    ahead = counter.get("link");
    later();
  };
  const check = () => {
    const { asked, link } = answered(), other = link !== (ahead ?? counter.get("link"));
    // Chosen in code, which can say what no control says.
    if (other || (asked === last.asked && link !== last.link)) kept.clear();
    [last, ahead] = [answered()];
    if (other) counter.send({ type: "state" });  // an answer has only what differs from the answer before it
  };
  let last = answered(), ahead;  // ahead: the link of what is shown before its answer
  const speakers = makeChips("Speakers", () => model.get("speaker_options"), () => model.get("speakers"),
    (ids) => change({ speakers: ids }), model.get("counted"), () => counter.get("counts")?.speakers ?? {});
  const themes = makeChips("Themes", () => model.get("theme_options"), () => model.get("themes"),
    (ids) => change({ themes: ids }), "", () => counter.get("counts")?.themes ?? {});
  const period = makeDates(model, change);
  const how = "Found as it is written: no character stands for others. "
    + "Capitals, and kinds of space, hyphen and quotation mark, do not matter.";
  const hint = { placeholder: "Exact words, no wildcards", title: how };
  const search = h("input", { type: "search", "aria-label": "Search the passages", ...hint });
  const own = h("input", { type: "checkbox" });
  // Blanks alone search for nothing, and half a character can be sent to nobody.
  const words = () => search.value.trim() && (search.value.toWellFormed?.() ?? search.value);
  const typed = () => { if (words() !== model.get("text")) change({ text: words() }); };
  search.addEventListener("input", (event) => {
    composing = event.isComposing;
    if (!composing) typed();
  });
  search.addEventListener("compositionend", () => {
    composing = false;
    typed();
  });
  search.addEventListener("change", typed);
  own.addEventListener("change", () => change({ first_hand: own.checked }));
  const reset = () => {
    search.value = "";
    change({ speakers: [], themes: [], since: "", until: "", text: "", first_hand: false });
  };
  const button = h("button", { type: "button", class: "kit-button kit-reset", onclick: reset }, "Reset");
  const label = h("label", { class: "kit-own" }, own, h("span", {}, "own transcript, speech or release only"),
    h("small", {}, "a newspaper’s verbatim quotation is not first-hand"));
  const finder = makeRow("Search", () => change({ text: "" }));
  finder.body.append(search, label);
  const root = h("div", { class: "kit kit-controls", role: "form", "aria-label": "What is shown" }, speakers.node, themes.node,
    h("div", { class: "kit-pair" }, period.node, finder.node, button));

  const show = () => {
    [speakers, themes, period].forEach((part) => part.show());
    own.checked = model.get("first_hand");
    if (!composing && words() !== model.get("text")) search.value = model.get("text");
    finder.say("", model.get("text"));
    button.classList.toggle("kit-idle", !NAMES.some((name) => [model.get(name)].flat().some(Boolean)));
  };
  let due, soon;  // one message changes several names: shown once, when all of them are there
  const later = () => { due ??= Promise.resolve().then(() => { due = soon = clearTimeout(soon); show(); }); };
  for (const name of [...NAMES, "speaker_options", "theme_options", "dates"]) {
    on(`change:${name}`, () => { if (asking) soon ??= setTimeout(later, SOON); else later(); });
  }
  counter.on("change:counts", later);
  counter.on("change:answered", check);
  ends.push(() => clearTimeout(soon), () => counter.off("change:counts", later), () => counter.off("change:answered", check));
  guard(root);
  show();
  el.append(root);
  return stop;
};

export default { render };
