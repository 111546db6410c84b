const SCRIPT = Symbol.for("kit.vega");
const ROWS = 500, LISTS = 8;
const REMADE = 500;  // runs: Vega keeps a place for every row that it ever had

// One script per page: the first view asks its kernel for it, the others wait; one that waits too long asks its own.
const drawer = (model) => {
  const shared = (globalThis[SCRIPT] ??= { asked: 0, wait: 4000 });
  shared.ready ??= new Promise((done, fail) => Object.assign(shared, { done, fail }));
  const ask = () => {
    if (shared.taken || Date.now() - shared.asked < shared.wait) return;
    if (shared.asked) shared.wait *= 2;
    shared.asked = Date.now();
    model.send({ type: "script" });
  };
  const take = async (message, buffers) => {
    if (message.type !== "script" || shared.taken) return;
    shared.taken = true;
    const url = URL.createObjectURL(new Blob(buffers, { type: "text/javascript" }));
    try {
      if (message.problem) throw new Error(message.problem);
      shared.done((await import(url)).default);
    } catch (problem) {
      delete globalThis[SCRIPT];
      shared.fail(problem);
    }
    URL.revokeObjectURL(url);
  };
  let timer;
  const end = () => { clearInterval(timer); model.off("msg:custom", take); };
  model.on("msg:custom", take);
  shared.ready.then(end, end);
  return { ready: shared.ready, end, ask: () => { timer ??= setInterval(ask, 1000); ask(); } };
};

const refuse = async () => { throw new Error("a chart loads nothing from outside"); };
const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

const LOST = "The kernel behind this panel was restarted or has ended: nothing here answers until you run the cells again "
  + "(menu Run, Run All Cells).";

const darkScheme = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => ({ true: false, false: true })[document.body.dataset.jpThemeLight] ?? darkScheme.matches;

const makeTooltip = (root) => {
  const box = root.appendChild(h("div", { class: "kit-tooltip", popover: "manual", role: "tooltip" }));
  return (_, event, item, value) => {
    if (value == null || value === "") return box.matches(":popover-open") && box.hidePopover();
    box.replaceChildren(...String(value).split("\n").map((text) => h("p", {}, text)));
    if (!box.matches(":popover-open")) box.showPopover();
    const left = Math.min(event.clientX + 14, innerWidth - box.offsetWidth - 8);
    const below = event.clientY + 18, fits = below + box.offsetHeight < innerHeight;
    const top = fits ? below : Math.max(8, event.clientY - box.offsetHeight - 12);
    box.style.translate = `${Math.max(8, left)}px ${top}px`;
  };
};

// The same marks as rows, with a button each: the way for the keyboard and for screen readers.
const makeTable = (columns, choose) => {
  const summary = h("summary"), body = h("tbody");
  const heads = columns.map(([, heading]) => h("th", { scope: "col" }, heading));
  const table = h("table", {}, h("thead", {}, h("tr", {}, ...heads)), body);
  const node = h("details", { class: "kit-twin" }, summary, h("div", { class: "kit-twin-rows" }, table));
  const line = (row) => {
    const [first, ...rest] = columns.map(([field]) => String(row[field] ?? ""));
    const label = [first, ...rest].filter(Boolean).join("; ");
    const mark = row.mark_id;
    const button = { type: "button", "data-mark": mark, "aria-label": label, onclick: () => choose(mark) };
    const head = mark == null ? first : h("button", button, first || "Show");
    const cells = rest.map((text) => h("td", { class: text.length < 16 && "kit-short" }, text));
    return h("tr", {}, h("th", { scope: "row" }, head), ...cells);
  };
  const find = (mark) => body.querySelector(`[data-mark="${CSS.escape(mark)}"]`);
  const settle = rove(body, "button");
  let shown, last = [[], ""];
  const show = (rows, picked) => {
    last = [rows, picked];
    setText(summary, `Table of these marks (${rows.length > ROWS ? `${ROWS} of ` : ""}${rows.length})`);
    if (!node.open) return;  // made when it is opened
    if (shown !== (shown = JSON.stringify(rows))) {
      const focused = body.contains(document.activeElement) && document.activeElement.dataset.mark;
      body.replaceChildren(...rows.slice(0, ROWS).map(line));
      if (focused) (find(focused) ?? summary).focus();
    }
    settle();
    for (const button of body.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", button.dataset.mark === picked);
    }
  };
  node.addEventListener("toggle", () => show(...last));
  return { node, show };
};

const textOf = (bytes) => new TextDecoder().decode(bytes);
const read = (bytes) => JSON.parse(textOf(bytes));

const makeChart = (name, model, tooltip, choose) => {
  const { title, spec, columns = [] } = model.get("charts")[name];
  const stage = h("div", { class: "kit-stage", "aria-busy": "true" }, h("p", { class: "kit-waiting" }, "Drawing …"));
  const failure = h("p", { class: "kit-failure", role: "alert", hidden: true });
  const table = makeTable(columns, choose);
  const node = h("figure", { class: "kit-chart", "data-chart": name, "aria-label": title });
  node.append(...(title ? [h("h3", {}, title)] : []), stage, failure, ...(columns.length ? [table.node] : []));

  let embed, view, signals, dark, good, waiting, runs = 0, drawn = {}, problems = [], queue = Promise.resolve();
  let marks, last = [];  // what stands behind the drawing: none after a fault
  let known;  // the rows that frames name by number
  const bytes = () => model.get(`frame_${name}`);
  const row = (one) => (typeof one === "number" ? (known ??= read(model.get(`known_${name}`)))[one] : one);
  const tableOf = (frame) => (frame.table ?? []).map(row);
  const picked = () => (model.get("picked").chart === name ? model.get("picked").mark : "");
  const logger = { error: (...all) => problems.push(all.map((one) => one?.message ?? one).join(" ")) };
  for (const level of ["level", "warn", "info", "debug"]) logger[level] = () => logger;
  const say = (problem) => {
    stage.removeAttribute("aria-busy");
    setText(failure, problem && `This chart could not be drawn as asked: ${problem.message}`);
    failure.hidden = !problem;
  };

  // Give a Vega view what differs and run it once; returns the rows it has now, by number or JSON. A row that it is given
  // again as the same object keeps its mark: only the others are drawn.
  const feed = async (target, frame, before) => {
    const now = {}, values = { ...frame.params, ...(signals.has("picked") && { picked: picked() }) };
    const params = Object.entries(values).filter(([key, value]) => target.signal(key) !== value);
    let changed = params.length > 0;
    problems = [];
    for (const [key, rows] of Object.entries(frame.rows ?? {})) {
      const had = before[key] ?? new Map();
      const keys = rows.map((one) => (typeof one === "number" ? one : JSON.stringify(one)));
      now[key] = new Map(keys.map((of, at) => [of, had.get(of) ?? row(rows[at])]));
      if (before[key] && had.size === now[key].size && keys.every((of) => had.has(of))) continue;
      target.data(key, [...now[key].values()]);
      changed = true;
    }
    for (const [key, value] of params) target.signal(key, value);
    if (params.some(([key]) => key !== "picked")) target.resize();  // a caption may need another line
    if (changed) await target.runAsync();
    if (problems.length) throw new Error(problems[0]);
    return now;
  };
  const build = async (frame) => {
    const theme = isDark(), host = h("div");
    // Our rows leave the spec: where Vega-Lite sees rows, it reads dates of those rows only.
    const own = (key, value) => (key === "data" && value?.name in (frame.rows ?? {}) ? { name: value.name } : value);
    const { view: next, vgSpec } = await embed(host, JSON.parse(JSON.stringify(spec, own)), {
      mode: "vega-lite", renderer: "svg", actions: false, defaultStyle: false, logLevel: 0, loader, tooltip,
      config: model.get(theme ? "dark" : "light"),
    });
    signals = new Set((vgSpec.signals ?? []).map((signal) => signal.name));
    next.cleanThreshold = 200;  // marks that are gone and still held; Vega's own number is 10,000
    const had = await feed(next.logger(logger), frame, {});
    const mark = (item) => item?.datum?.mark_id;
    next.addEventListener("click", (_, item) => mark(item) != null && choose(mark(item)));
    next.addEventListener("mousemove", (_, item) => stage.classList.toggle("kit-over", mark(item) != null));
    host.setAttribute("role", "img");  // one picture with its description; mark by mark there is the table
    for (const part of host.children) part.setAttribute("aria-hidden", true);
    stage.replaceChildren(host);
    view?.finalize();
    [view, dark, drawn] = [next, theme, had];
  };
  const describe = () => view?.description(`${title}. ${model.get("summary")}. ${marks} marks, rows of the table below.`);
  const draw = async () => {
    waiting = null;
    const given = textOf(bytes()), now = [given, picked(), isDark()];
    if (now.every((one, at) => one === last[at])) return;
    const frame = JSON.parse(given);
    table.show(tableOf(frame), picked());
    if (!embed) return;
    try {
      if (view && dark === isDark() && runs % REMADE) drawn = await feed(view, frame, drawn);
      else await build(frame);
      good = given;
      marks = frame.table?.length ?? 0;
      last = now;
      describe();
      say();
    } catch (problem) {
      say(problem);
      last = [];
      if (good) await build(JSON.parse(good)).catch(say);  // the last good view stays
    }
    stage.dataset.runs = ++runs;
  };
  const words = (mark) => {
    const found = tableOf(read(bytes())).find((one) => one.mark_id === mark) ?? {};
    return columns.map(([field]) => found[field]).filter((cell) => typeof cell === "string" && cell);
  };
  const update = () => { waiting ??= queue = queue.then(draw); };
  const start = (lib) => { embed = lib; update(); };
  return { name, node, words, update, describe, say, start, end: () => view?.finalize() };
};

const render = ({ model, el, script }) => {
  const { on, ends, stop } = follow(model);
  let lost = false;
  const pick = (value) => { if (!lost) { model.set("picked", value); model.save_changes(); } };
  const clear = () => Object.keys(model.get("picked")).length && pick({});
  const chooser = (chart) => (mark) => {
    const now = model.get("picked");
    pick(now.chart === chart && now.mark === mark ? {} : { chart, mark });
  };
  const summary = h("p", { class: "kit-summary", role: "status" });
  const notice = h("p", { class: "kit-notice", role: "alert" });
  const chosen = h("p", { class: "kit-chosen", "aria-live": "polite" });
  const unpick = () => { clear(); passages.focus(); };  // the button is gone then
  const all = h("button", { type: "button", class: "kit-button", onclick: unpick }, "Show all passages");
  const head = h("div", { class: "kit-pane-head" }, chosen, all);
  const passages = h("div", { class: "kit-passages", tabindex: "0", role: "region", "aria-label": "Passages" });
  const code = h("code", { tabindex: "0", role: "group", "aria-label": "This selection as code" });
  const copier = (words, text) => {
    const button = h("button", { type: "button", class: "kit-button", "aria-live": "polite" }, words);
    button.addEventListener("click", async () => {
      setText(code, text());
      getSelection().selectAllChildren(code);
      const done = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false);
      setText(button, done || document.execCommand("copy") ? "Copied" : "Selected: press Ctrl+C");
      setTimeout(() => { setText(button, words); setText(code, model.get("code")); }, 2000);
    });
    return button;
  };
  const copies = [copier("Copy", () => model.get("code")), copier("Copy as JSON", () => model.get("link"))];
  const pack = h("button", { type: "button", class: "kit-button" }, "Citation pack (.zip)");
  const aside = h("p", { class: "kit-aside" });
  const changes = makeChanges(() => model.send({ type: "changes" }));
  const column = h("div", { class: "kit-charts" }), pane = h("section", { class: "kit-pane" }, head, passages);
  const parts = model.get("passages_first") ? [pane, column] : [column, pane];
  const root = h("div", { class: "kit kit-view" },
    h("div", { class: "kit-head" }, summary, notice),
    h("div", { class: "kit-body" }, ...parts),
    h("div", { class: "kit-foot" }, h("span", {}, "This selection as code"), code, ...copies, pack), changes.node, aside);
  const tooltip = makeTooltip(root);
  const charts = Object.keys(model.get("charts")).map((name) => makeChart(name, model, tooltip, chooser(name)));
  column.append(...charts.map((chart) => chart.node));
  guard(root, clear);

  pack.addEventListener("click", () => model.send({ type: "pack" }));
  on("msg:custom", (message, buffers) => {
    if (message.type !== "pack") return;
    const url = URL.createObjectURL(new Blob(buffers, { type: "application/zip" }));
    h("a", { href: url, download: message.name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  });
  const now = (name, show) => { on(`change:${name}`, show); show(); };
  for (const [name, node] of Object.entries({ summary, notice, code, aside })) {
    now(name, () => { setText(node, model.get(name)); node.hidden = !model.get(name); });
  }
  now("changes", () => changes.show(model.get("changes")));
  let answered = model.get("answered").link;  // the kernel's own word: what is shown may be ahead of it
  on("change:answered", () => {
    const { link } = model.get("answered"), other = link !== answered;
    answered = link;
    if (other && changes.node.open) model.send({ type: "changes" });
  });
  now("link", () => { copies[1].hidden = pack.hidden = !model.get("link"); });
  let aimed = false;  // at what was picked just now, which stands in its place when its passages are there
  const aim = () => aimed && requestAnimationFrame(() => head.scrollIntoView({ block: "nearest" }));
  let scrolled = false;  // asking would lay the page out
  passages.addEventListener("scroll", () => { scrolled = true; }, { passive: true });
  const lists = new Map();  // the last ones: most changes show again what was there, which need not be read anew
  now("passages", () => {
    const html = model.get("passages"), list = lists.get(html);
    if (list) passages.replaceChildren(...list);
    else passages.innerHTML = html;
    lists.delete(html);
    lists.set(html, [...passages.childNodes]);
    if (lists.size > LISTS) lists.delete(lists.keys().next().value);
    if (scrolled) passages.scrollTop = 0;
    scrolled = false;
    aim();
  });
  const update = () => charts.forEach((chart) => chart.update());
  const tell = () => {  // anew with each frame of the chart: the dates of what is picked may be fewer
    const { chart, mark } = model.get("picked");
    const words = charts.find(({ name }) => name === chart)?.words(mark) ?? [];
    if (chosen.textContent !== words.join(" · ")) {  // a name may turn the direction of its own words only
      chosen.replaceChildren(...words.flatMap((one, at) => [at ? " · " : "", h("bdi", {}, one)]));
    }
  };
  now("picked", () => {
    all.hidden = model.get("picked").mark == null;  // not the words: what is hidden while it changes is not said
    tell();
    update();
  });
  on("change:picked", () => {  // a narrow panel has its passages below the charts
    aimed = model.get("picked").mark != null;
    aim();
    setTimeout(() => { aimed = false; }, 2000);
  });
  on("change:summary", () => charts.forEach((chart) => chart.describe()));
  charts.forEach(({ name, update: redraw }) => on(`change:frame_${name}`, () => {
    redraw();
    if (model.get("picked").chart === name) tell();
  }));

  on("comm_live_update", () => setTimeout(() => {  // JupyterLab has marked the whole panel by then
    lost = Boolean(root.closest(".jupyter-widgets-disconnected"));
    setText(notice, lost ? LOST : model.get("notice"));
    notice.hidden = !notice.textContent;
    pack.disabled = lost;
    const panel = root.closest(".kit-explorer, .kit-comparer") ?? root;
    for (const controls of panel.querySelectorAll(".kit-controls")) controls.inert = lost;
  }));
  const theme = new MutationObserver(update);
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  darkScheme.addEventListener("change", update);
  const start = (lib) => {
    charts.forEach((chart) => chart.start(lib));
    if (!model.get("aside")) model.send({ type: "aside" });
  };
  script.ready.then(start, (problem) => charts.forEach((chart) => chart.say(problem)));
  script.ask();
  ends.push(() => theme.disconnect(), () => darkScheme.removeEventListener("change", update));
  charts.forEach((chart) => ends.push(chart.end));
  el.append(root);
  return stop;
};

export default () => {
  let script;  // listened for from the start: a kernel may send it before anything is shown
  const initialize = ({ model }) => { script = drawer(model); return script.end; };
  return { initialize, render: (given) => render({ ...given, script }) };
};
