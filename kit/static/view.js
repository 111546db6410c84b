const SCRIPT = Symbol.for("kit.vega");
const ROWS = 200;

// One script per page: the first view asks its kernel for it, the others wait; one that waits too long asks its own.
const drawer = (model) => {
  const shared = (globalThis[SCRIPT] ??= { asked: 0, wait: 4000 });
  shared.promise ??= new Promise((done, fail) => Object.assign(shared, { done, fail }));
  const ask = () => {
    if (Date.now() - shared.asked < shared.wait) return;
    if (shared.asked) shared.wait *= 2;
    shared.asked = Date.now();
    model.send({ type: "script" });
  };
  const take = async (message, buffers) => {
    if (message.type !== "script") return;
    const url = URL.createObjectURL(new Blob(buffers, { type: "text/javascript" }));
    try {
      if (message.problem) throw new Error(message.problem);
      shared.done((await import(url)).default);
    } catch (problem) {
      if (globalThis[SCRIPT] === shared) delete globalThis[SCRIPT];
      shared.fail(problem);
    } finally {
      URL.revokeObjectURL(url);
    }
  };
  model.on("msg:custom", take);
  const timer = setInterval(ask, 1000);
  const end = () => {
    clearInterval(timer);
    model.off("msg:custom", take);
  };
  shared.promise.then(end, end);
  ask();
  return { ready: shared.promise, end };
};

const refuse = async () => { throw new Error("a chart loads nothing from outside"); };
const nothing = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

const darkScheme = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => {
  const light = document.body.dataset.jpThemeLight;
  return light === undefined ? darkScheme.matches : light === "false";
};

const makeTooltip = (root) => {
  const box = root.appendChild(h("div", { class: "kit-tooltip", popover: "manual", role: "tooltip" }));
  return (_, event, item, value) => {
    if (value == null || value === "") return box.matches(":popover-open") && box.hidePopover();
    const lines = typeof value === "object"
      ? Object.entries(value).map(([key, text]) => h("p", {}, h("span", {}, key), String(text)))
      : String(value).split("\n").map((text) => h("p", {}, text));
    box.replaceChildren(...lines);
    if (!box.matches(":popover-open")) box.showPopover();
    const { clientX: x, clientY: y } = event;
    const left = Math.min(x + 14, innerWidth - box.offsetWidth - 8);
    const top = y + 18 + box.offsetHeight > innerHeight ? y - box.offsetHeight - 12 : y + 18;
    box.style.translate = `${Math.max(8, left)}px ${Math.max(8, top)}px`;
  };
};

const makeTable = (name, columns, pick) => {
  const summary = h("summary", {});
  const body = h("tbody");
  const heads = columns.map(([, heading]) => h("th", { scope: "col" }, heading));
  const table = h("table", {}, h("thead", {}, h("tr", {}, ...heads)), body);
  const node = h("details", { class: "kit-twin" }, summary, h("div", { class: "kit-twin-rows" }, table));
  const text = (row, field) => (row[field] == null ? "" : String(row[field]));
  const line = (row) => {
    const [first, ...rest] = columns.map(([field]) => text(row, field));
    const label = [first, ...rest].filter(Boolean).join(", ");
    const head = row.mark_id == null ? first : h("button", {
      type: "button", "data-mark": row.mark_id, "aria-label": label, onclick: () => pick(name, row.mark_id),
    }, first || "Show");
    return h("tr", {}, h("th", { scope: "row" }, head), ...rest.map((cell) => h("td", {}, cell)));
  };
  let shown;
  const show = (rows) => {
    if (shown === (shown = JSON.stringify(rows))) return;
    const focused = body.contains(document.activeElement) ? document.activeElement.dataset.mark : undefined;
    const size = rows.length > ROWS ? `${ROWS} of ${rows.length}` : rows.length;
    setText(summary, `Table of these marks (${size})`);
    body.replaceChildren(...rows.slice(0, ROWS).map(line));
    if (focused !== undefined) body.querySelector(`[data-mark="${CSS.escape(focused)}"]`)?.focus();
  };
  const press = (mark) => body.querySelectorAll("button").forEach((button) => {
    button.setAttribute("aria-pressed", button.dataset.mark === mark);
  });
  return { node, show, press };
};

const makeChart = (name, model, tooltip, pick) => {
  const { title, spec, columns = [] } = model.get("charts")[name];
  const stage = h("div", { class: "kit-stage", "aria-busy": "true" }, h("p", { class: "kit-waiting" }, "Drawing …"));
  const failure = h("p", { class: "kit-failure", role: "alert", hidden: true });
  const table = makeTable(name, columns, pick);
  const node = h("figure", { class: "kit-chart", "data-chart": name });
  if (title) node.append(h("figcaption", {}, h("h3", {}, title)));
  node.append(stage, failure);
  if (columns.length) node.append(table.node);

  let lib, view, signals, dark, good, problems = [], drawn = {}, runs = 0, queue = Promise.resolve();
  const picked = () => (model.get("picked").chart === name ? model.get("picked").mark : "");
  const words = (...all) => { problems.push(all.map((one) => one?.message ?? one).join(" ")); };
  const logger = { level: () => logger, error: words, warn: () => logger, info: () => logger, debug: () => logger };
  const width = () => (spec.width === "container" && stage.clientWidth ? stage.clientWidth : null);

  const feed = async (target, frame, before) => {
    const now = { ...before };
    const differs = (key, value) => now[key] !== (now[key] = JSON.stringify(value));
    let changed = before.size !== (now.size = width());
    if (now.size) target.width(now.size);
    for (const [key, rows] of Object.entries(frame.rows ?? {})) {
      if (!differs(`rows ${key}`, rows)) continue;
      target.data(key, JSON.parse(now[`rows ${key}`]));  // a copy: Vega marks the rows it is given
      changed = true;
    }
    const values = { ...frame.params, ...(signals.has("picked") ? { picked: picked() } : {}) };
    for (const [key, value] of Object.entries(values)) {
      if (!differs(`param ${key}`, value)) continue;
      target.signal(key, value);
      changed = true;
    }
    problems = [];
    if (changed) await target.runAsync();
    if (problems.length) throw new Error(problems[0]);
    return now;
  };
  const build = async (frame) => {
    const theme = isDark();
    // Rows of ours leave the spec: Vega-Lite reads dates of rows that come later only where it knows none yet.
    const own = (key, value) => (key === "data" && value?.name in (frame.rows ?? {}) ? { name: value.name } : value);
    const host = h("div");
    const { view: next, vgSpec } = await lib(host, JSON.parse(JSON.stringify(spec, own)), {
      mode: "vega-lite", renderer: "svg", actions: false, logLevel: 0, defaultStyle: false, loader: nothing, tooltip,
      config: model.get(theme ? "dark" : "light"),
    });
    signals = new Set((vgSpec.signals ?? []).map((signal) => signal.name));
    next.logger(logger);
    drawn = await feed(next, frame, {});
    next.addEventListener("click", (_, item) => item?.datum?.mark_id != null && pick(name, item.datum.mark_id));
    next.addEventListener("mousemove", (_, item) => stage.classList.toggle("kit-over", item?.datum?.mark_id != null));
    view?.finalize();
    [view, dark] = [next, theme];
    stage.replaceChildren(host);
  };
  const draw = async () => {
    const frame = model.get(`frame_${name}`);
    table.show(frame.table ?? []);
    table.press(picked());
    if (!lib) return;
    try {
      if (view && dark === isDark()) drawn = await feed(view, frame, drawn);
      else await build(frame);
      good = frame;
      failure.hidden = true;
    } catch (problem) {
      setText(failure, `This chart could not be drawn as asked: ${problem.message}`);
      failure.hidden = false;
      if (good) await build(good).catch(() => {});
    }
    stage.removeAttribute("aria-busy");
    stage.dataset.runs = ++runs;
  };
  const update = () => (queue = queue.then(draw));
  const resize = new ResizeObserver(() => spec.width === "container" && update());
  resize.observe(stage);
  return {
    node, update, label: (mark) => node.querySelector(`[data-mark="${CSS.escape(mark)}"]`)?.getAttribute("aria-label"),
    start: (script) => { lib = script; return update(); },
    fail: (problem) => { stage.replaceChildren(h("p", { class: "kit-failure", role: "alert" }, problem.message)); },
    end: () => { resize.disconnect(); view?.finalize(); },
  };
};

const render = ({ model, el }) => {
  const { on, ends, stop } = follow(model);
  const save = (value) => { model.set("picked", value); model.save_changes(); };
  const clear = () => Object.keys(model.get("picked")).length && save({});
  const pick = (chart, mark) => {
    const now = model.get("picked");
    save(now.chart === chart && now.mark === mark ? {} : { chart, mark });
  };
  const summary = h("p", { class: "kit-summary", "aria-live": "polite" });
  const notice = h("p", { class: "kit-notice", role: "status" });
  const chosen = h("p", { class: "kit-chosen", "aria-live": "polite" });
  const all = h("button", { type: "button", class: "kit-button", onclick: clear }, "Show all passages");
  const passages = h("div", { class: "kit-passages", tabindex: "0", role: "region", "aria-label": "Passages" });
  const head = h("header", { class: "kit-pane-head" }, h("h3", {}, "Passages"), all, chosen);
  const code = h("code", { tabindex: "0", "aria-label": "The selection as code" });
  const copy = h("button", { type: "button", class: "kit-button" }, "Copy");
  const charts = h("div", { class: "kit-charts" });
  const root = h("div", { class: "kit kit-view" },
    h("header", { class: "kit-head" }, summary, notice),
    h("div", { class: "kit-body" }, charts, h("section", { class: "kit-pane" }, head, passages)),
    h("footer", { class: "kit-foot" }, h("span", {}, "This selection as code"), code, copy));
  const tooltip = makeTooltip(root);
  const drawn = Object.keys(model.get("charts")).map((name) => [name, makeChart(name, model, tooltip, pick)]);
  charts.append(...drawn.map(([, chart]) => chart.node));
  guard(root, clear);

  copy.addEventListener("click", async () => {
    const range = document.createRange();
    range.selectNodeContents(code);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    const done = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false)
      || document.execCommand("copy");
    setText(copy, done ? "Copied" : "Selected: press Ctrl+C");
    setTimeout(() => setText(copy, "Copy"), 2000);
  });

  const write = (name, node) => {
    const show = () => { setText(node, model.get(name)); node.hidden = !model.get(name); };
    on(`change:${name}`, show);
    show();
  };
  write("summary", summary);
  write("notice", notice);
  write("code", code);
  const read = () => { passages.innerHTML = model.get("passages"); passages.scrollTop = 0; };
  const mark = () => {
    const { chart, mark: id } = model.get("picked");
    all.hidden = chosen.hidden = id == null;
    setText(chosen, id == null ? "" : drawn.find(([name]) => name === chart)?.[1].label(id) ?? "the chosen mark");
    drawn.forEach(([, one]) => one.update());
  };
  on("change:passages", read);
  on("change:picked", mark);
  for (const [name, chart] of drawn) {
    on(`change:frame_${name}`, chart.update);
    chart.update();
  }
  read();
  mark();

  const repaint = () => drawn.forEach(([, chart]) => chart.update());
  const theme = new MutationObserver(repaint);
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  darkScheme.addEventListener("change", repaint);
  const { ready, end } = drawer(model);
  ends.push(end, () => theme.disconnect(), () => darkScheme.removeEventListener("change", repaint),
    () => drawn.forEach(([, chart]) => chart.end()));
  ready.then(
    (lib) => drawn.forEach(([, chart]) => chart.start(lib)),
    (problem) => drawn.forEach(([, chart]) => chart.fail(problem)));
  el.append(root);
  return stop;
};

export default { render };
