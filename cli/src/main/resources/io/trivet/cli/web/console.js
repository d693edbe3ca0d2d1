// The console: one module, no library. What comes from the cluster goes into the page as text, never as markup.

const POLL = 2000;
const OLD = 10000; // what was shown so long ago is not said to be so now

// ---- Words ----

let chinese = {};
let language = localStorage.getItem("language") ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

/** A sentence in the language of the page; {0} and {1} stand for the parts. */
function say(english, ...parts) {
  const sentence = language === "zh" ? (chinese[english] ?? english) : english;
  return sentence.replace(/\{(\d)\}/g, (_, at) => String(parts[Number(at)]));
}

/** A name with everything shown that would not show itself, or would turn the direction of what follows. */
function visible(name) {
  return name.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (c) => {
    const code = c.codePointAt(0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
  });
}

function bytes(count) {
  if (count === null || count === undefined) {
    return "?";
  }
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
  let unit = 0;
  let value = count;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 ? value : value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
  return `${digits} ${unit === 0 && count === 1 ? "byte" : units[unit]}`;
}

function moment(text) {
  const time = new Date(text);
  const two = (number) => String(number).padStart(2, "0");
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

// ---- Elements ----

/** An element; a child that is no element becomes text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  return fill(element, attributes, children);
}

function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name, value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SHAPES = {
  overview: "M3 12l9-8 9 8M6 10v10h12V10",
  nodes: "M4 4h16v6H4zM4 14h16v6H4zM8 7h.01M8 17h.01",
  layout: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
  files: "M3 6h6l2 2h10v11H3z",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
  users: "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21c0-4 3-6 7-6s7 2 7 6M16 4a4 4 0 0 1 0 7M22 21c0-3-1-5-4-6",
  activity: "M3 12h4l3 8 4-16 3 8h4",
  ok: "M4 12l5 6L20 6",
  degraded: "M12 3 2 20h20zM12 10v4M12 17h.01",
  failing: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM8 8l8 8M16 8l-8 8",
  unknown: "M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 18h.01",
  file: "M6 2h8l4 4v16H6zM14 2v4h4",
};

function icon(name, style = "") {
  return draw("svg", { viewBox: "0 0 24 24", class: style, "aria-hidden": "true" }, draw("path", {
    d: SHAPES[name], fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round",
  }));
}

function bar(part, label, style = "") {
  const percent = Math.max(0, Math.min(100, 100 * part));
  const inner = make("span");
  inner.style.width = `${percent}%`;
  return make("span", { class: `bar ${style}`, role: "img", "aria-label": label }, inner);
}

function button(text, run, style = "") {
  return make("button", { type: "button", class: style, click: run }, text);
}

function heading(text, ...tools) {
  return make("div", { class: "head" }, make("h1", {}, text), make("div", { class: "tools" }, tools));
}

/** A table whose rows become lists on a narrow screen; roles are said, since such a display would lose them. */
function table(columns, rows, caption) {
  const labels = columns.map(([text]) => text);
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, make("table", { role: "table", "aria-label": caption },
    make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, columns.map(([text, style]) =>
      make("th", { scope: "col", role: "columnheader", class: style ?? "" }, text === "" ? make("span", { class: "unseen" }, say("actions")) : text)))),
    make("tbody", { role: "rowgroup" }, rows.map((row) => labelled(row, labels)))));
}

function labelled(row, labels) {
  row.setAttribute("role", "row");
  [...row.children].forEach((cell, at) => {
    cell.setAttribute("role", "cell");
    if (labels[at] === "" || at === 0) {
      cell.classList.add("plainly");
    } else {
      cell.dataset.label = labels[at];
      if (cell.childNodes.length > 1) {
        cell.replaceChildren(make("div", {}, [...cell.childNodes]));
      }
    }
  });
  return row;
}

/** More rows of a table. */
function append(shown, rows) {
  const first = shown.querySelector("tbody tr");
  const labels = [...first.children].map((cell) => cell.dataset.label ?? "");
  shown.querySelector("tbody").append(...rows.map((row) => labelled(row, labels)));
}

/** What stands between backticks is something to type. */
function coded(text) {
  return text.split("`").map((part, at) => at % 2 === 1 ? make("code", {}, part) : part);
}

function list(lines) {
  return make("ul", { class: "plain" }, lines.map((line) => make("li", {}, coded(line))));
}

const toasts = make("div", { class: "toasts", role: "status", "aria-live": "polite" });

function tell(text, style = "") {
  const toast = make("div", { class: `toast ${style}` }, coded(text));
  toasts.append(toast);
  setTimeout(() => toast.remove(), style === "bad" ? 9000 : 4000);
}

/** A dialog with a form; resolves when it is closed, with what its last button said. */
function ask(title, content, actions, style = "") {
  return new Promise((done) => {
    const buttons = actions.map(([text, value, look]) => {
      const each = make("button", { type: value === "" ? "button" : "submit", class: look ?? "", value }, text);
      if (value === "") {
        each.addEventListener("click", () => dialog.close(""));
      }
      return each;
    });
    const id = `title-${Math.random().toString(36).slice(2)}`;
    const dialog = make("dialog", { class: style, "aria-labelledby": id, close: () => { dialog.remove(); done(dialog.returnValue); } },
      make("form", { method: "dialog" }, make("h2", { id }, title), content, make("div", { class: "end" }, buttons)));
    document.body.append(dialog);
    dialog.showModal();
  });
}

function field(label, input) {
  return make("label", { class: "field" }, make("span", {}, label), input);
}

// ---- Requests ----

class Refused extends Error {
  constructor(status, kind, message) {
    super(message);
    this.status = status;
    this.kind = kind;
  }
}

function headers() {
  return { "X-Trivet-Key": localStorage.getItem("key") ?? "", "X-Trivet-Language": language };
}

async function answered(response) {
  const json = await response.json();
  if (response.ok) {
    return json;
  }
  if (response.status === 401) {
    forget(json.error.message);
  }
  throw new Refused(response.status, json.error.kind, json.error.message);
}

async function read(name, parameters = {}) {
  const query = new URLSearchParams(parameters).toString();
  return answered(await fetch(`/api/${name}${query === "" ? "" : `?${query}`}`, { headers: headers() }));
}

async function change(name, parameters = {}) {
  return answered(await fetch(`/api/${name}`, { method: "POST", headers: headers(), body: new URLSearchParams(parameters) }));
}

/** Does something that may be refused, and says so. */
async function attempt(work) {
  try {
    return await work();
  } catch (failure) {
    if (!(failure instanceof Refused && failure.status === 401)) {
      tell(failure instanceof Refused ? failure.message : say("The console does not answer."), "bad");
    }
    return undefined;
  }
}

// ---- What is known ----

let report = null;
let reportAt = 0;
let failed = false;

function isOld() {
  return failed || report === null || performance.now() - reportAt > OLD;
}

const LOOK = { ok: "good", degraded: "warn", failing: "bad" };

function truth() {
  if (report === null) {
    return failed ? truthCard("unknown", "", say("The console does not answer."), null, []) : make("div", { class: "card soft" }, say("loading"));
  }
  if (isOld()) {
    return truthCard("unknown", "", say("The console does not answer: how the cluster is now is not known."),
      say("last known at {0}", moment(report.time)), []);
  }
  const more = report.health === "ok" ? [] : report.reasons.slice(1);
  return truthCard(report.health, LOOK[report.health], report.headline, null, [...more, ...report.remarks]);
}

function truthCard(shape, style, sentence, below, more) {
  return make("section", { class: `card truth ${style}`, "aria-label": say("State of the cluster"), id: "truth" }, icon(shape),
    make("div", {}, make("p", { class: "sentence" }, coded(sentence)), below && make("p", { class: "soft" }, below), more.length > 0 && list(more)));
}

function fillStyle(part) {
  return part > 0.95 ? "bad" : part > 0.85 ? "warn" : "";
}

function fillBar(node) {
  if (node.usedBytes === null) {
    return make("span", { class: "soft" }, "?");
  }
  const all = node.usedBytes + node.freeBytes;
  const part = all === 0 ? 0 : node.usedBytes / all;
  return make("div", {}, bar(part, say("{0} of {1} used", bytes(node.usedBytes), bytes(all)), fillStyle(part)),
    make("span", { class: "soft number" }, say("{0} used, {1} free", bytes(node.usedBytes), bytes(node.freeBytes))));
}

const STATES = { up: "good", full: "warn", "read-only": "bad", failed: "bad", down: "bad", unknown: "" };

function state(node) {
  return make("span", { class: `pill ${STATES[node.state] ?? ""}` }, node.stateText);
}

// ---- Pages: each draws itself from the report, or reads what it needs ----

const pages = {
  overview: {
    title: () => say("Overview"),
    update(main) {
      const parts = [heading(say("Overview")), truth()];
      if (report !== null) {
        const all = report.usedBytes + report.freeBytes;
        const part = all === 0 ? 0 : report.usedBytes / all;
        const capacity = report.usedBytes === null
          ? [make("p", { class: "soft" }, say("not known while no leader answers"))]
          : [make("p", { class: "figure" }, say("{0} free", bytes(report.freeBytes))),
            bar(part, say("{0} of {1} used", bytes(report.usedBytes), bytes(all)), fillStyle(part)),
            list([
              say("{0} used, with all replicas", bytes(report.usedBytes)),
              say("room for at most {0} of new files", bytes(report.roomBytes)),
              report.forecast ?? say("when it is full cannot be said yet: nothing grew, or this console has not seen it for ten minutes"),
            ])];
        const owed = report.debt;
        parts.push(make("div", { class: isOld() ? "cards stale" : "cards" },
          make("section", { class: "card" }, make("h2", {}, say("Capacity")), capacity),
          make("section", { class: "card" }, make("h2", {}, say("Owed")), owed === null
            ? make("p", { class: "soft" }, say("not known while no leader answers"))
            : [make("p", { class: "figure" }, owed.checked ? String(owed.owed) : owed.owed === 0 ? say("not checked") : say("at least {0}", owed.owed)),
              list([...report.debtLines, ...report.owing])])));
        parts.push(make("section", { class: isOld() ? "card stale" : "card" }, make("h2", {}, say("Nodes")), nodeTable(false)));
      }
      main.replaceChildren(...parts);
    },
  },

  nodes: {
    title: () => say("Nodes"),
    update(main) {
      const parts = [heading(say("Nodes"))];
      if (report === null || isOld()) {
        parts.push(truth());
      }
      if (report !== null) {
        parts.push(make("section", { class: isOld() ? "card stale" : "card" }, nodeTable(true)));
        const remarks = report.nodes.flatMap((node) => [node.disks && `${node.name}: ${node.disks}`, node.scrub])
          .filter((line) => line);
        if (remarks.length > 0) {
          parts.push(make("section", { class: "card" }, make("h2", {}, say("Disks and scrubs")), list(remarks)));
        }
      }
      main.replaceChildren(...parts);
    },
  },

  layout: {
    title: () => say("Layout"),
    async show(main) {
      main.replaceChildren(heading(say("Layout")), make("div", { class: "card soft" }, say("loading")));
      const layout = await attempt(() => read("layout"));
      if (layout !== undefined && current.page === this) {
        this.draw(main, layout);
      }
    },
    draw(main, layout) {
      this.version = layout.version;
      if (layout.version === 0) {
        main.replaceChildren(heading(say("Layout")), truth());
        return;
      }
      const nodes = [...new Set([...layout.homes.flat(), ...(layout.before ?? []).flat()])]
        .sort((one, other) => Number(one.slice(1)) - Number(other.slice(1)));
      main.replaceChildren(heading(say("Layout"), make("span", { class: "soft" },
        say("layout {0}, {1} replicas, {2} slots", layout.version, layout.replicas, layout.homes.length))),
      make("p", { class: "soft" },
        make("span", { class: "key" }, make("i", { class: "first" }), say("first home of the slot")),
        make("span", { class: "key" }, make("i", { class: "other" }), say("further home")),
        layout.before && make("span", { class: "key" }, make("i", { class: "coming" }), say("data is still moving here"))),
      make("div", { class: "slots" }, nodes.map((node) => slotCard(node, layout))));
    },
    update(main) {
      if (this.version !== undefined && report?.status && report.status.layoutVersion !== this.version) {
        this.version = undefined;
        this.show(main);
      }
    },
  },

  files: {
    title: () => say("Files"),
    show: (main, path) => showFiles(main, path === "" ? "/" : path),
  },

  trash: {
    title: () => say("Trash"),
    show: (main) => showTrash(main),
  },

  users: {
    title: () => say("Users"),
    show: (main) => showUsers(main),
  },

  activity: {
    title: () => say("Activity"),
    async update(main) {
      const mine = ++activityRound;
      const activity = await attempt(() => read("activity"));
      if (activity === undefined || current.page !== this || mine !== activityRound) {
        return;
      }
      const running = report === null ? [] : [...report.debtLines, ...report.owing, ...report.moves];
      main.replaceChildren(heading(say("Activity")),
        make("section", { class: "card" }, make("h2", {}, say("Repair and moves")),
          running.length === 0 ? make("p", { class: "soft" }, say("not known while no leader answers")) : list(running)),
        make("section", { class: "card" }, make("h2", {}, say("Changes made with this console")),
          activity.changes.length === 0
            ? make("p", { class: "empty" }, say("none since it was started"))
            : table([[say("when")], [say("what")]], activity.changes.map((each) => make("tr", {},
              make("td", { class: "time" }, moment(each.time)), make("td", { class: "name" }, each.what))), say("Changes made with this console"))),
        make("p", { class: "soft" }, say("What all users did is in the audit logs of the nodes: audit/ in their data directories.")));
    },
  },
};

let activityRound = 0;

function nodeTable(isFull) {
  const columns = isFull
    ? [[say("node")], [say("state")], [say("role")], [say("part")], [say("slots"), "right"], [say("fill")], [say("owed"), "right"], [say("if it died now")], [say("address")], ["", "right"]]
    : [[say("node")], [say("state")], [say("role")], [say("fill")], [say("address")]];
  const caption = say("Nodes");
  return table(columns, report.nodes.map((node) => {
    const first = [
      make("td", {}, make("strong", {}, node.name), node.zone !== "" && make("div", { class: "soft name" }, visible(node.zone))),
      make("td", {}, state(node)),
      make("td", {}, node.role)];
    const filling = make("td", { class: "wide" }, fillBar(node));
    const address = make("td", { class: "mono time" }, node.address);
    if (!isFull) {
      return make("tr", {}, first, filling, address);
    }
    const drain = node.drained
      ? button(say("Undo draining"), () => plan(node, "undo"), "link")
      : node.part !== undefined && button(say("Drain"), () => plan(node, "drain"), "link");
    return make("tr", {}, first, make("td", {}, node.part ?? "?"), make("td", { class: "right" }, node.slots ?? "?"), filling,
      make("td", { class: "right" }, node.owed ?? "?"),
      make("td", { class: "note" }, node.ifLost ? node.ifLost.lines.map((line) => make("div", {}, line)) : node.absence ?? "–"),
      address, make("td", { class: "tools" }, drain));
  }), caption);
}

/** 84 x 30 cells, one for each of the 2,520 slots, row after row. */
function slotCard(node, layout) {
  const across = 84;
  const size = 5;
  const paths = { first: "", other: "", coming: "" };
  let held = 0;
  layout.homes.forEach((homes, slot) => {
    const place = homes.indexOf(node);
    if (place >= 0) {
      held++;
      const coming = layout.before && !layout.before[slot].includes(node);
      paths[coming ? "coming" : place === 0 ? "first" : "other"] +=
        `M${(slot % across) * size} ${Math.floor(slot / across) * size}h4v4h-4z`;
    }
  });
  const label = say("{0} has {1} of {2} slots", node, held, layout.homes.length);
  return make("section", { class: "card" }, make("h2", {}, node, make("span", { class: "soft" }, say("{0} slots", held))),
    draw("svg", { viewBox: `0 0 ${across * size - 1} ${30 * size - 1}`, role: "img", "aria-label": label },
      Object.entries(paths).map(([kind, d]) => d !== "" && draw("path", { class: kind, d }))));
}

async function plan(node, wish) {
  const shown = await attempt(() => read("plan", { node: node.name, wish }));
  if (shown === undefined) {
    return;
  }
  const title = wish === "drain" ? say("Drain {0}?", node.name) : say("Give {0} slots again?", node.name);
  const apply = wish === "drain" ? say("Drain") : say("Give slots again");
  const answer = await ask(title, make("div", {}, make("pre", {}, shown.lines.join("\n")),
    wish === "drain" && make("p", { class: "soft" }, say("The node keeps what it holds until others have it. Keep it running until this page says that it may be switched off."))),
  shown.obstacles.length > 0 ? [[say("Close"), ""]] : [[say("Cancel"), ""], [apply, "yes", "main"]], "large");
  if (answer === "yes") {
    const done = await attempt(() => change("apply", { node: node.name, wish, layout: shown.layoutVersion }));
    if (done !== undefined) {
      tell(say("The plan is applied: data moves now."));
      poll();
    }
  }
}

// ---- Files ----

function join(directory, name) {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

function place(path) {
  return `#/files${path.split("/").map(encodeURIComponent).join("/")}`;
}

async function showFiles(main, path) {
  const input = make("input", { type: "file", id: "choose", multiple: true, change: () => upload([...input.files]) });
  const crumbs = make("h1", { class: "crumbs" }, make("a", { href: place("/") }, say("Files")));
  let above = "";
  for (const name of path.split("/").filter((each) => each !== "")) {
    above += `/${name}`;
    crumbs.append(make("span", { class: "soft" }, "/"), make("a", { class: "name", href: place(above) }, visible(name)));
  }
  const queue = make("div", {});
  const rows = make("section", { class: "card drop", dragover: over, dragleave: leave, drop: dropped }, make("p", { class: "soft" }, say("loading")));
  main.replaceChildren(make("div", { class: "head" }, crumbs, make("div", { class: "tools" },
    button(say("New directory"), makeDirectory),
    make("span", {}, input, make("label", { for: "choose", class: "button main" }, say("Upload"))))), queue, rows);
  const shownPlace = location.hash;
  await fillRows();

  async function fillRows() {
    const page = await attempt(() => read("list", { path }));
    if (location.hash !== shownPlace) {
      return;
    }
    if (page === undefined) {
      rows.replaceChildren(make("p", { class: "empty" }, say("This directory cannot be shown.")));
      return;
    }
    if (page.entries.length === 0) {
      rows.replaceChildren(make("p", { class: "empty" }, say("Nothing is here. Drop files on this page, or use Upload.")));
      return;
    }
    const shown = table([[say("name")], [say("size"), "right"], [say("changed"), "low"], ["", "right"]], page.entries.map(row), say("Files"));
    rows.replaceChildren(shown);
    more(page);

    function more(known) {
      if (known.next === null) {
        return;
      }
      const next = button(say("Show more"), async () => {
        const following = await attempt(() => read("list", { path, after: known.next }));
        if (following !== undefined) {
          append(shown, following.entries.map(row));
          next.remove();
          more(following);
        }
      });
      rows.append(next);
    }
  }

  function row(entry) {
    const full = join(path, entry.name);
    const isDirectory = entry.type === "directory";
    const isLink = entry.type === "link";
    const name = isDirectory
      ? make("a", { class: "name", href: place(full) }, visible(entry.name))
      : isLink ? make("span", { class: "name" }, visible(entry.name))
      : make("button", { type: "button", class: "link name", click: () => details(full) }, visible(entry.name));
    return make("tr", {}, make("td", { class: "wide" }, icon(isDirectory ? "files" : "file", `kind ${entry.type}`), name),
      make("td", { class: "right" }, isDirectory ? "–" : bytes(entry.size)),
      make("td", { class: "time low" }, moment(entry.modified)),
      make("td", { class: "tools" },
        !isDirectory && !isLink && make("button", { type: "button", class: "link", "aria-label": say("Download {0}", visible(entry.name)), click: () => download(full) }, say("Download")),
        make("button", { type: "button", class: "link low", "aria-label": say("Rename {0}", visible(entry.name)), click: () => rename(full) }, say("Rename")),
        make("button", { type: "button", class: "link danger", "aria-label": say("Remove {0}", visible(entry.name)), click: () => remove(full, isDirectory) }, say("Remove"))));
  }

  function over(event) {
    event.preventDefault();
    rows.classList.add("over");
  }

  function leave() {
    rows.classList.remove("over");
  }

  function dropped(event) {
    event.preventDefault();
    leave();
    upload([...event.dataTransfer.files]);
  }

  async function makeDirectory() {
    const name = make("input", { type: "text", required: true, autocomplete: "off" });
    if (await ask(say("New directory"), field(say("name"), name), [[say("Cancel"), ""], [say("Make"), "yes", "main"]]) === "yes"
        && await attempt(() => change("mkdir", { path: join(path, name.value) })) !== undefined) {
      fillRows();
    }
  }

  async function rename(full) {
    const to = make("input", { type: "text", required: true, autocomplete: "off", value: full });
    if (await ask(say("Rename or move"), field(say("new path"), to), [[say("Cancel"), ""], [say("Rename"), "yes", "main"]]) === "yes"
        && await attempt(() => change("rename", { path: full, to: to.value })) !== undefined) {
      fillRows();
    }
  }

  async function remove(full, isDirectory) {
    const content = make("p", { class: "name" }, isDirectory
      ? say("{0} and all that is in it. If the cluster has a trash, it can be restored from there.", visible(full))
      : say("{0}. If the cluster has a trash, it can be restored from there.", visible(full)));
    if (await ask(say("Remove?"), content, [[say("Cancel"), ""], [say("Remove"), "yes", "danger"]]) === "yes"
        && await attempt(() => change("remove", { path: full })) !== undefined) {
      tell(say("Removed {0}.", visible(full)));
      fillRows();
    }
  }

  /** One after the other: each has the whole width of the line. */
  async function upload(files) {
    input.value = "";
    for (const file of files) {
      await uploadOne(file);
    }
    if (location.hash === shownPlace) {
      fillRows();
    }
  }

  async function uploadOne(file) {
    const target = join(path, file.name);
    const there = await attempt(() => read("exists", { path: target }));
    if (there === undefined) {
      return;
    }
    if (there.exists && await ask(say("Replace?"), make("p", { class: "name" }, say("{0} exists already.", visible(target))),
      [[say("Cancel"), ""], [say("Replace"), "yes", "danger"]]) !== "yes") {
      return;
    }
    const progress = bar(0, say("upload"));
    const done = make("span", { class: "soft number" }, "");
    const stop = button(say("Stop"), () => request.abort(), "link danger");
    const card = make("section", { class: "card" }, make("div", { class: "row" },
      make("strong", { class: "name" }, visible(file.name)), done, stop), progress);
    queue.append(card);
    const request = new XMLHttpRequest();
    await new Promise((end) => {
      request.upload.addEventListener("progress", (event) => {
        progress.firstChild.style.width = `${(100 * event.loaded) / Math.max(1, event.total)}%`;
        done.textContent = say("{0} of {1}", bytes(event.loaded), bytes(event.total));
      });
      request.upload.addEventListener("load", () => { done.textContent = say("waiting until it is safe"); });
      request.addEventListener("loadend", () => {
        card.remove();
        if (request.status === 200) {
          tell(say("Saved {0}.", visible(target)));
        } else if (request.status === 0) {
          tell(say("{0} was not saved.", visible(target)), "bad");
        } else {
          tell(JSON.parse(request.responseText).error.message, "bad");
        }
        end();
      });
      request.open("PUT", `/api/upload?${new URLSearchParams({ path: target, replace: there.exists ? "1" : "0" })}`);
      for (const [name, value] of Object.entries(headers())) {
        request.setRequestHeader(name, value);
      }
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.send(file);
    });
  }
}

async function download(path) {
  const ticket = await attempt(() => change("ticket", { path }));
  if (ticket !== undefined) {
    const link = make("a", { href: ticket.address, download: "" });
    document.body.append(link);
    link.click();
    link.remove();
  }
}

async function details(path) {
  const file = await attempt(() => read("file", { path }));
  if (file === undefined) {
    return;
  }
  const preview = make("div", {});
  const facts = [
    [say("size"), say("{0} ({1} bytes)", bytes(file.size), file.size)],
    [say("changed"), moment(file.modified)],
    [say("owner"), visible(file.owner)],
    ["CRC32C", make("span", { class: "mono" }, file.crc32c)],
    file.sha256 && ["SHA-256", make("span", { class: "mono" }, file.sha256)],
  ].filter((fact) => fact);
  const content = make("div", {}, preview,
    make("dl", {}, facts.map(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])),
    make("h2", {}, say("Where it is")), where(file));
  showPreview(preview, path, file.size);
  const answer = await ask(visible(path), content, [[say("Close"), ""], [say("Download"), "download", "main"]], "large");
  preview.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
  if (answer === "download") {
    download(path);
  }
}

function where(file) {
  if (file.where === null) {
    return make("p", { class: "soft" }, coded(say("{0} chunks: `trivet where` shows them.", file.chunkCount)));
  }
  const lacking = file.where.chunks.filter((chunk) => chunk.nodes.length < file.where.replicas).length;
  return make("div", {}, make("p", {}, lacking === 0
    ? say("Every chunk is on {0} nodes now.", file.where.replicas)
    : say("{0} of {1} chunks are on fewer than {2} nodes now.", lacking, file.where.chunks.length, file.where.replicas)),
  table([[say("chunk"), "right"], [say("slot"), "right"], [say("length"), "right"], [say("nodes")]], file.where.chunks.map((chunk) => make("tr", {},
    make("td", { class: "right" }, chunk.number), make("td", { class: "right" }, chunk.slot), make("td", { class: "right" }, bytes(chunk.length)),
    make("td", {}, chunk.nodes.length === 0 ? make("span", { class: "pill bad" }, say("on no node")) : chunk.nodes.join(" ")))), say("Where it is")));
}

async function showPreview(preview, path, size) {
  if (/\.(png|jpe?g|gif|webp)$/i.test(path) && size <= 16 * 1024 * 1024) {
    const response = await fetch(`/api/picture?${new URLSearchParams({ path })}`, { headers: headers() });
    if (response.ok) {
      const picture = new Blob([await response.arrayBuffer()], { type: response.headers.get("X-Trivet-Picture") });
      preview.append(make("img", { class: "preview", alt: visible(path), src: URL.createObjectURL(picture) }));
      return;
    }
  }
  const shown = await read("text", { path }).catch(() => ({ text: null }));
  if (shown.text !== null && shown.text !== "") {
    preview.append(make("pre", { tabindex: "0" }, shown.text), !shown.isWhole && make("p", { class: "soft" }, say("only the beginning")) || "");
  }
}

// ---- Trash ----

async function showTrash(main) {
  main.replaceChildren(heading(say("Trash")), make("div", { class: "card soft" }, say("loading")));
  const page = await attempt(() => read("trash"));
  if (page === undefined || current.page !== pages.trash) {
    return;
  }
  const summary = page.keepSeconds === 0
    ? say("This cluster keeps no trash: what is removed is gone.")
    : say("{0} files, {1}; each is kept for {2} h", page.allFiles, bytes(page.allBytes), Math.round(page.keepSeconds / 360) / 10);
  const card = make("section", { class: "card" });
  main.replaceChildren(heading(say("Trash"), make("span", { class: "soft" }, summary)), card);
  if (page.files.length === 0) {
    card.append(make("p", { class: "empty" }, say("The trash is empty.")));
    return;
  }
  const shown = table([[say("path")], [say("size"), "right"], [say("removed"), "low"], [say("kept until"), "low"], ["", "right"]], page.files.map(row), say("Trash"));
  card.append(shown);
  more(page);

  function row(file) {
    const line = make("tr", {}, make("td", { class: "name wide" }, visible(file.path)), make("td", { class: "right" }, bytes(file.size)),
      make("td", { class: "time low" }, moment(file.removed)), make("td", { class: "time low" }, moment(file.until)),
      make("td", { class: "tools" }, make("button", { type: "button", class: "link", "aria-label": say("Restore {0}", visible(file.path)), click: () => restore(file, line) }, say("Restore"))));
    return line;
  }

  async function restore(file, line) {
    const to = make("input", { type: "text", required: true, value: file.path, autocomplete: "off" });
    if (await ask(say("Restore"), field(say("as"), to), [[say("Cancel"), ""], [say("Restore"), "yes", "main"]]) === "yes"
        && await attempt(() => change("restore", { id: file.id, path: to.value })) !== undefined) {
      line.remove();
      tell(say("Restored {0}.", visible(to.value)));
    }
  }

  function more(known) {
    if (known.next === null) {
      return;
    }
    const next = button(say("Show more"), async () => {
      const following = await attempt(() => read("trash", { from: known.next }));
      if (following !== undefined) {
        append(shown, following.files.map(row));
        next.remove();
        more(following);
      }
    });
    card.append(next);
  }
}

// ---- Users ----

async function showUsers(main) {
  main.replaceChildren(heading(say("Users")), make("div", { class: "card soft" }, say("loading")));
  const all = await attempt(() => read("users"));
  if (current.page !== pages.users) {
    return;
  }
  if (all === undefined) {
    main.replaceChildren(heading(say("Users")), make("section", { class: "card" },
      make("p", { class: "empty" }, say("Only an administrator sees users and rights."))));
    return;
  }
  const groups = all.groups.map((group) => ({ name: `@${group.group}`, grants: group.grants, about: say("{0} members", group.users.length), used: "–" }));
  const users = all.users.map((user) => ({ name: user.accessKey, grants: user.grants, about: user.groups.map((group) => `@${group}`).join(" "), used: user.usedBytes === 0 ? "–" : bytes(user.usedBytes) }));
  const everyone = [...users, ...groups];
  main.replaceChildren(heading(say("Users"), button(say("Grant"), grant, "main")), make("section", { class: "card" },
    table([[say("user or group")], [say("may")], [say("groups")], [say("used"), "right"]], everyone.map((each) => make("tr", {},
      make("td", { class: "name" }, make("strong", {}, visible(each.name))),
      make("td", {}, each.grants.length === 0 ? make("span", { class: "soft" }, say("nothing")) : each.grants.map((held) => make("div", { class: "row" },
        make("span", { class: "mono name" }, visible(held.path)), held.rights.map((right) => make("span", { class: "pill" }, right)),
        make("button", { type: "button", class: "link danger", "aria-label": say("Revoke what {0} may at {1}", visible(each.name), visible(held.path)), click: () => revoke(each.name, held.path) }, say("Revoke"))))),
      make("td", { class: "name soft" }, visible(each.about)),
      make("td", { class: "right" }, each.used))), say("Users"))),
  make("p", { class: "soft" }, coded(say("`trivet user add` makes a user: a secret is never shown or typed here."))));

  async function grant() {
    const who = make("select", {}, everyone.map((each) => make("option", { value: each.name }, visible(each.name))));
    const path = make("input", { type: "text", value: "/", required: true, autocomplete: "off" });
    const rights = ["read", "write", "list", "administer"].map((right) => make("input", { type: "checkbox", value: right, id: `right-${right}`, checked: right === "read" || right === "list" }));
    const content = make("div", {}, field(say("user or group"), who), field(say("at this path and below"), path),
      make("fieldset", { class: "choices" }, make("legend", { class: "soft" }, say("may")),
        rights.map((each) => make("span", { class: "row" }, each, make("label", { for: each.id }, each.value)))),
      make("p", { class: "soft" }, say("These rights take the place of those at that very path.")));
    if (await ask(say("Grant"), content, [[say("Cancel"), ""], [say("Grant"), "yes", "main"]]) === "yes") {
      const chosen = rights.filter((each) => each.checked).map((each) => each.value).join(" ");
      if (chosen === "") {
        tell(say("No right was chosen: nothing was changed."), "bad");
      } else {
        await done(() => change("grant", { name: who.value, path: path.value, rights: chosen }));
      }
    }
  }

  async function revoke(name, path) {
    if (await ask(say("Revoke?"), make("p", { class: "name" }, say("{0} loses what was granted at {1}.", visible(name), visible(path))),
      [[say("Cancel"), ""], [say("Revoke"), "yes", "danger"]]) === "yes") {
      await done(() => change("grant", { name, path, rights: "" }));
    }
  }

  async function done(work) {
    if (await attempt(work) !== undefined) {
      tell(say("The rights are changed."));
      showUsers(main);
    }
  }
}

// ---- Frame ----

let current = { page: pages.overview, argument: "" };
let main = null;
let healthPill = null;
let announcer = null;
let announced = "";

function frame(user) {
  const links = Object.entries(pages).map(([name, page]) => make("a", { href: `#/${name}`, "data-page": name }, icon(name), page.title()));
  main = make("main", { id: "main", tabindex: "-1" });
  healthPill = make("a", { class: "pill", href: "#/overview" }, "…");
  announcer = make("div", { class: "unseen", role: "status", "aria-live": "polite" });
  const languages = make("select", { "aria-label": say("Language"), change: () => speak(languages.value) },
    make("option", { value: "en", lang: "en", selected: language === "en" }, "English"), make("option", { value: "zh", lang: "zh", selected: language === "zh" }, "中文"));
  document.body.replaceChildren(
    make("a", { class: "skip", href: "#main", click: (event) => { event.preventDefault(); main.focus(); } }, say("To the content")),
    make("div", { class: "frame" },
      make("header", { class: "side" },
        make("a", { class: "brand", href: "#/overview" }, make("img", { src: "/icon.svg", alt: "" }), "Trivet"),
        make("nav", { "aria-label": say("Pages") }, links),
        make("div", { class: "foot" }, healthPill,
          make("span", { class: "soft who" }, say("acting as {0}", visible(user))), languages, button(say("Log out"), logout))),
      main),
    announcer, toasts);
}

function route() {
  const hash = decodeHash();
  const [, name, rest] = /^#\/([a-z]*)(.*)$/s.exec(hash) ?? [null, "overview", ""];
  const page = pages[name] ?? pages.overview;
  current = { page, argument: rest };
  document.title = `${page.title()} · Trivet`;
  document.querySelectorAll("nav a").forEach((link) => {
    if (pages[link.dataset.page] === page) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  });
  main.replaceChildren();
  if (page.show) {
    page.show(main, rest);
  } else {
    page.update(main);
  }
  window.scrollTo(0, 0);
}

/** A fragment that is no encoding of anything leads to the first page. */
function decodeHash() {
  try {
    return location.hash.split("/").map(decodeURIComponent).join("/");
  } catch {
    return "";
  }
}

function showHealth() {
  const word = report === null || isOld() ? "unknown" : report.health;
  const words = { ok: say("all is well"), degraded: say("degraded"), failing: say("failing"), unknown: say("not known") };
  healthPill.className = `pill ${LOOK[word] ?? ""}`;
  healthPill.textContent = words[word];
  if (word !== announced) {
    announced = word;
    announcer.textContent = word === "unknown" ? words[word] : report.headline;
  }
}

let polling = null;

async function poll() {
  clearTimeout(polling);
  if (main === null || document.hidden) {
    return;
  }
  try {
    report = await read("overview");
    reportAt = performance.now();
    failed = false;
  } catch (failure) {
    if (failure instanceof Refused && failure.status === 401) {
      return;
    }
    failed = true;
  }
  if (main !== null) {
    redraw();
    clearTimeout(polling);
    polling = setTimeout(poll, POLL);
  }
}

/** Not under the fingers of somebody who reads a dialog, or has a part of the page in the keyboard's focus. */
function redraw() {
  showHealth();
  const busy = document.querySelector("dialog") !== null || main.contains(document.activeElement);
  if (current.page.update && (!busy || isOld())) {
    current.page.update(main);
  } else if (current.page === pages.overview || current.page === pages.nodes) {
    document.getElementById("truth")?.replaceWith(truth());
  }
}

async function speak(chosen) {
  language = chosen;
  localStorage.setItem("language", chosen);
  await words();
  const session = await attempt(() => read("session"));
  if (session !== undefined) {
    open(session.user);
  }
}

async function words() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  if (language === "zh" && Object.keys(chinese).length === 0) {
    chinese = await (await fetch("/zh.json")).json();
  }
}

function open(user) {
  frame(user);
  announced = "";
  route();
  poll();
}

/** The session is over: nothing of the cluster stays on the page. */
function forget(reason) {
  localStorage.removeItem("key");
  report = null;
  main = null;
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  door(reason);
}

async function logout() {
  await attempt(() => change("logout"));
  forget(say("You are logged out."));
}

function door(reason) {
  const word = make("input", { type: "text", autocomplete: "off", spellcheck: "false", required: true });
  const enter = (event) => {
    event.preventDefault();
    login(word.value.trim().replace(/^.*#login=/, ""));
  };
  document.title = "Trivet";
  document.body.replaceChildren(make("main", { class: "door" }, make("section", { class: "card" },
    make("h1", { class: "brand" }, make("img", { src: "/icon.svg", alt: "" }), "Trivet"),
    reason && make("p", { role: "status" }, coded(reason)),
    make("p", {}, say("Run this on the machine where the console runs, and open the link that it prints. It logs in once.")),
    make("pre", {}, "trivet console --link"),
    make("form", { submit: enter }, field(say("or paste the link here"), word), make("button", { class: "main" }, say("Log in"))))),
  toasts);
}

async function login(word) {
  try {
    const session = await change("login", { word });
    localStorage.setItem("key", session.key);
    open(session.user);
  } catch (failure) {
    door(failure instanceof Refused ? failure.message : say("The console does not answer."));
  }
}

async function begin() {
  await words();
  const link = /^#login=(.+)$/.exec(location.hash);
  if (link) {
    history.replaceState(null, "", "/#/overview"); // the word is not to stay in the browser
    await login(link[1]);
    return;
  }
  if (localStorage.getItem("key") === null) {
    door();
    return;
  }
  try {
    open((await read("session")).user);
  } catch (failure) {
    if (!(failure instanceof Refused)) {
      door(say("The console does not answer."));
    }
  }
}

window.addEventListener("hashchange", () => {
  if (/^#login=/.test(location.hash)) {
    begin();
  } else if (main !== null) {
    route();
  }
});
document.addEventListener("visibilitychange", () => poll());
setInterval(() => {
  if (main !== null && isOld()) {
    redraw();
  }
}, 5000);

begin();
