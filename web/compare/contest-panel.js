import { el, fill } from "../dom.js";
import { count, distance, duration } from "../format.js";
import { ladderParts } from "./ladder-panel.js";
import { bestCurve, costAt, pointAt, recallCurve } from "./measure.js";
import { drawPlot, mark, svg } from "./plot.js";
import { MOST_SHOWN, neighbourTable, strip } from "./strip.js";
import { isComparable, neighbours, recallText, sameMetric, verdict } from "./verdict.js";

const CLOCKS = Object.freeze([["distances", "distances computed"], ["steps", "steps"], ["time", "microseconds"]]);
const QUARTERS = [0, 0.25, 0.5, 0.75, 1];
const TABLE_STEPS = 10;

/** Recall against cost of two searches on one clock, the true neighbours of both, and what it comes to. */
export class ContestPanel {
  #shown = "";
  #plotted = "";
  /** @type {{list:import("./verdict.js").Neighbour[],title:string,items:any,hasMedia:boolean}[]} The true neighbours as they are shown. */
  lists = [];

  /** @param {HTMLElement} host @param {import("./contest.js").Contest} contest */
  constructor(host, contest) {
    this.host = host;
    this.contest = contest;
    /** @type {(testid:string,text:string,action:()=>void)=>HTMLButtonElement} */
    const choice = (testid, text, action) => el("button", { type: "button", testid, text, onclick: action });
    this.clocks = CLOCKS.map(([clock, text]) => choice(`clock-${clock}`, text.split(" ")[0], () => contest.setClock(/** @type {any} */ (clock))));
    this.kinds = [choice("shows-recall", "recall", () => contest.setShows("recall")), choice("shows-best", "nearest", () => contest.setShows("best"))];
    this.names = el("div", { class: "names" });
    this.play = el("button", { type: "button", class: "transport primary", testid: "compare-play", onclick: () => contest.race.player.toggle() });
    this.slider = el("input", {
      type: "range", min: 0, max: 1, step: 1, class: "slider", testid: "compare-scrub", "aria-label": "Where both searches stand",
      oninput: (/** @type {any} */ event) => contest.race.player.seek(Number(event.target.value)),
    });
    this.plot = el("div", { class: "clock" });
    this.reading = el("p", { class: "reading muted", testid: "compare-reading" });
    this.ladder = el("div", { class: "ladder" });
    this.strips = el("div", { class: "truths" });
    this.verdict = el("p", { class: "verdict", testid: "verdict", role: "status" });
    this.tables = el("div", { class: "tables" });
    this.details = el("details", { testid: "compare-table", ontoggle: () => this.#drawTables() }, el("summary", { text: "As tables" }), this.tables);
    const room = el("div", { class: "profile" }, this.plot, this.slider);
    fill(host, el("div", { class: "contest-head" }, el("h2", { text: "Compare" }), this.names,
      el("span", { class: "choice", role: "group", "aria-label": "The clock" }, ...this.clocks), el("span", { class: "choice", role: "group", "aria-label": "What the lines show" }, ...this.kinds)),
    el("div", { class: "contest-plots" }, el("div", { class: "contest-clock" }, room, el("div", { class: "contest-reading" }, this.play, this.reading)), this.ladder),
    this.strips, this.verdict, this.details);
    new ResizeObserver(() => contest.app.refresh()).observe(this.plot);
  }

  draw() {
    const { contest } = this;
    const { app } = contest;
    const { player } = contest.race;
    this.#plot();
    this.slider.max = String(player.length);
    this.slider.value = String(player.cursor);
    this.slider.disabled = player.length === 0;
    const label = player.playing ? "Pause" : "Play both";
    if (this.play.title !== label) {
      Object.assign(this.play, { title: label });
      this.play.setAttribute("aria-label", label);
      fill(this.play, svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: player.playing ? "M5 3h4v14H5zM11 3h4v14h-4z" : "M6 3v14l11-7z" })));
    }
    // Captions and pictures come later than the results.
    const captioned = this.lists.map(({ list, items }) => list.slice(0, MOST_SHOWN).filter((row) => items.label(row.label)).length);
    const key = `${contest.version}|${contest.race.isReady}|${app.theme.name}|${captioned}`;
    if (key === this.#shown) return;
    this.#shown = key;
    /** @type {(buttons:HTMLElement[],at:number)=>void} */
    const pressed = (buttons, at) => buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === at)));
    pressed(this.clocks, CLOCKS.findIndex(([clock]) => clock === contest.race.clock));
    pressed(this.kinds, contest.shows === "recall" ? 0 : 1);
    fill(this.names, ...contest.rivals.map((rival) => el("span", { class: "name-tag" }, svg("svg", { width: 14, height: 14, "aria-hidden": "true" }, mark(rival.number, 7, 7, 5, { fill: app.theme.series[rival.number] })),
      el("b", { text: rival.search?.id ?? rival.name }), ` ${rival.name} · ${rival.describe(contest.summaryOf(rival))}`)), el("span", { class: "muted", text: contest.queryText }));
    ladderParts(this.ladder, contest);
    this.lists = this.#lists();
    this.#drawFound();
  }

  #drawFound() {
    const { contest } = this;
    const sides = contest.race.isReady ? contest.sides : null;
    const hint = contest.rivals.some((rival) => rival.isBusy) ? "Searching …" : contest.sides ? "Reading both traces …" : "Run both to see them side by side.";
    if (!sides) {
      fill(this.strips);
      this.verdict.textContent = hint;
      return this.#drawTables();
    }
    fill(this.strips, ...this.lists.map(({ list, title, items, hasMedia }) => strip(contest, list, title, items, hasMedia)));
    const [first, ...rest] = verdict(sides[0], sides[1]);
    fill(this.verdict, el("b", { text: first }), ` ${rest.join(" ")}`);
    this.#drawTables();
  }

  /** The lists of true neighbours, with the words over them. */
  #lists() {
    const { contest } = this;
    const sides = contest.sides;
    if (!sides || !contest.race.isReady || !isComparable(sides[0], sides[1])) return [];
    const { isShared, lists } = neighbours(sides[0], sides[1]);
    return lists.map((list, number) => {
      const rival = contest.rivals[number];
      const summary = contest.summaryOf(rival);
      const title = isShared ? "True neighbours, in order. Above: found by A. Below: found by B." : `${rival.name}'s true neighbours (${contest.isOneIndex ? `revision ${rival.search.revision}` : rival.index}). Above: found by A, below: by B.`;
      return { list, title, items: contest.maps.itemsOf(rival.index), hasMedia: Boolean(summary?.hasMedia) };
    });
  }

  // The lines.

  /** @returns {{lines:any[],obstacle:string}} */
  #lines() {
    const { contest } = this;
    const { shows } = contest;
    const { clock } = contest.race;
    const runs = contest.rivals.filter((rival) => rival.search);
    if (shows === "best" && runs.length === 2 && !sameMetric(contest.summaryOf(runs[0]), contest.summaryOf(runs[1]))) {
      return { lines: [], obstacle: "The two measure distances differently: they have no axis in common." };
    }
    const cost = contest.race.player.cursor;
    const lines = runs.map((rival) => {
      const { search, measured } = rival;
      const points = shows === "recall" ? recallCurve(search, search.recall, clock, /** @type {any} */ (measured)) : bestCurve(/** @type {any} */ (measured), clock);
      return { points, number: rival.number, end: `${count(search.counters?.distances ?? 0)} · ${duration(search.microseconds)}`, now: pointAt(points, cost) && { ...pointAt(points, cost), cost } };
    }).filter(({ points }) => points.length > 0);
    return { lines, obstacle: lines.length === 0 && runs.length > 0 ? "Without its true neighbours a search has no recall to show." : "" };
  }

  #plot() {
    const { contest, plot } = this;
    const { app, shows } = contest;
    const { player, clock } = contest.race;
    const [width, height] = [plot.clientWidth, plot.clientHeight];
    const key = [contest.version, contest.race.isReady, player.cursor, player.length, width, height, app.theme.name].join();
    if (key === this.#plotted || width === 0) return;
    this.#plotted = key;
    const { lines, obstacle } = contest.race.isReady ? this.#lines() : { lines: [], obstacle: "" };
    const values = lines.flatMap(({ points }) => /** @type {import("./measure.js").Point[]} */ (points).map((point) => point.value));
    const isRecall = shows === "recall";
    const [leastY, mostY] = isRecall ? [0, 1] : [Math.min(...values), Math.max(...values)];
    const rows = isRecall ? QUARTERS.map((value) => ({ value, text: recallText(value) })) : [leastY, (leastY + mostY) / 2, mostY].filter(Number.isFinite).map((value) => ({ value, text: distance(value) }));
    const isTurned = !isRecall && !contest.summaryOf(contest.rivals[0])?.largerIsNearer;
    const title = `${isRecall ? `recall@${[...new Set(contest.rivals.filter((rival) => rival.search).map((rival) => rival.search.header.k))].join(" and @") || "k"}` : "nearest distance so far"} against ${CLOCKS.find(([name]) => name === clock)?.[1]}`;
    fill(plot, obstacle ? el("p", { class: "muted obstacle", text: obstacle }) : drawPlot({
      width, height, theme: app.theme, lines, mostX: player.length, leastY, mostY, turned: isTurned, rows, hair: lines.length && player.cursor < player.length ? player.cursor : null, title,
    }));
    this.#read(lines, title);
  }

  /**
   * Says where the clock stands, in words.
   * @param {import("./plot.js").Line[]} lines @param {string} title
   */
  #read(lines, title) {
    const { contest } = this;
    const { clock, player } = contest.race;
    const spread = clock === "time" ? " Only each whole search was timed: its steps are spread evenly over that." : "";
    const summarised = contest.rivals.filter((rival) => rival.measured && rival.measured.summarisedFrom !== null).map((rival) => rival.name);
    const gap = summarised.length ? ` The trace of ${summarised.join(" and ")} ends in a summary, which does not tell what was in hand.` : "";
    const parts = lines.map(({ now, number }) => now && `${"AB"[number]} ${contest.shows === "recall" ? recallText(now.value) : distance(now.value)} (step ${count(contest.race.cursorOf(contest.rivals[number]))})`).filter(Boolean);
    const at = `at ${count(player.cursor)} ${clock === "time" ? "µs" : clock}: ${parts.join(", ")}`;
    this.reading.textContent = `${title}${parts.length ? ` · ${at}` : ""}.${spread}${gap}`;
    this.slider.setAttribute("aria-valuetext", parts.length ? at : "nothing to compare yet");
  }

  // The same as tables.

  #drawTables() {
    const { contest, details, tables } = this;
    if (!details.open || !contest.race.isReady) return fill(tables);
    fill(tables, this.#costTable(), ...this.lists.map(({ list, title, items }) => neighbourTable(list, title.split(" Above")[0], items)));
  }

  /** What each share of the true neighbours has cost. */
  #costTable() {
    const { contest } = this;
    const runs = contest.rivals.filter((rival) => rival.search);
    const curves = runs.map((rival) => recallCurve(rival.search, rival.search.recall, "steps", /** @type {any} */ (rival.measured)));
    const rows = Array.from({ length: TABLE_STEPS }, (_, i) => (i + 1) / TABLE_STEPS).map((share) => el("tr", {}, el("td", { text: recallText(share) }), ...runs.flatMap((rival, i) => {
      const first = curves[i].find((point) => point.value >= share - 1e-9);
      const measured = /** @type {any} */ (rival.measured);
      return first ? [count(costAt(measured, "distances", first.cursor)), count(first.cursor), duration(costAt(measured, "time", first.cursor))] : ["never", "", ""];
    }).map((text) => el("td", { text }))));
    const ends = el("tr", {}, el("td", { text: "whole search" }), ...runs.flatMap(({ search }) => [count(search.counters?.distances ?? 0), count(search.length), duration(search.microseconds)]).map((text) => el("td", { text })));
    return el("table", { testid: "cost-table" }, el("caption", { text: "What it cost to reach a recall first. Microseconds are spread evenly over the steps." }),
      el("thead", {}, el("tr", {}, el("th", { scope: "col", text: "recall" }), ...runs.flatMap(({ name }) => ["distances", "steps", "time"].map((what) => `${name} ${what}`)).map((text) => el("th", { scope: "col", text })))),
      el("tbody", {}, ...rows, ends));
  }
}
