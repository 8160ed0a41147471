"""What page tests run in the page: as another program would see it, or as hands would do it."""

# Keeps what the page sends, and holds back answers to its searches while it is told to.
TAP = """
window.sent = []; window.held = []; window.holds = false;
const send = WebSocket.prototype.send;
const runs = new Set();
WebSocket.prototype.send = function (text) {
  const message = JSON.parse(text);
  if (["search.run", "search.cancel"].includes(message.method)) window.sent.push(message);
  if (message.method === "search.run") runs.add(message.id);
  return send.call(this, text);
};
const { set, get } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
Object.defineProperty(WebSocket.prototype, "onmessage", { get, set(receive) {
  set.call(this, (event) => {
    if (window.holds && runs.has(JSON.parse(event.data).id)) window.held.push(() => receive(event));
    else receive(event);
  });
} });
"""

DROP = """
const [target, name, text] = arguments;
const data = new DataTransfer();
data.items.add(new File([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))], name));
for (const type of ["dragenter", "dragover", "drop"]) {
  document.querySelector(target).dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
}
"""

DRAG = """
const [from, to] = arguments;
const data = new DataTransfer();
from.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
const isDraggable = from.draggable;
from.dispatchEvent(new DragEvent("dragstart", { bubbles: true, cancelable: true, dataTransfer: data }));
for (const type of ["dragover", "drop"]) {
  document.querySelector(to).dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
}
return isDraggable;
"""

# What is wrong for who moves by keys, listens, or does not hit small things.
CHECK = """
const seen = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0;
const name = (node) => (node.getAttribute('aria-label') || [...(node.labels ?? [])].map((l) => l.textContent).join(' ') || node.textContent || node.title || '').trim();
const out = [];
for (const node of document.querySelectorAll('button, a[href], [role=button], summary')) if (seen(node) && !name(node)) out.push('no name: ' + node.outerHTML.slice(0, 120));
for (const node of document.querySelectorAll('input, select, textarea')) if (seen(node) && !name(node)) out.push('no label: ' + node.outerHTML.slice(0, 120));
const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) out.push('twice: ' + id);
for (const node of document.querySelectorAll('[aria-controls], [aria-labelledby], [aria-describedby]')) {
  for (const attribute of ['aria-controls', 'aria-labelledby', 'aria-describedby']) {
    for (const id of (node.getAttribute(attribute) ?? '').split(' ').filter(Boolean)) if (!document.getElementById(id)) out.push(attribute + ' leads nowhere: ' + id);
  }
}
for (const image of document.querySelectorAll('img')) if (!image.hasAttribute('alt')) out.push('no alt: ' + image.src);
for (const node of document.querySelectorAll('button, [role=tab], select, summary, input:not(.unseen)')) {
  if (!seen(node)) continue;
  const target = node.matches('input[type=checkbox], input[type=radio]') && node.labels[0] ? node.labels[0] : node;
  const { width, height } = target.getBoundingClientRect();
  if (width < 24 || height < 24) out.push(`small target ${width.toFixed()} x ${height.toFixed()}: ` + node.outerHTML.slice(0, 120));
}
const tablist = document.querySelector('[role=tablist]');
for (const tab of document.querySelectorAll('[role=tab]')) if (!tablist.contains(tab)) out.push('a tab out of its list');
if (document.querySelectorAll('[role=tab][tabindex="0"]').length !== 1) out.push('not one tab in the order of focus');
const levels = [...document.querySelectorAll('h1, h2, h3')].filter(seen).map((h) => Number(h.tagName[1]));
if (levels.filter((level) => level === 1).length !== 1) out.push('not one h1');
return out;
"""

# Texts that stand out too little from what is behind them.
CONTRAST = """
const parse = (text) => { const m = text.match(/[\\d.]+/g).map(Number); return { rgb: m.slice(0, 3), a: m[3] ?? 1 }; };
const lum = (rgb) => { const [r, g, b] = rgb.map((v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
const out = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const text = walk.currentNode.textContent.trim();
  const node = walk.currentNode.parentElement;
  if (!text || !node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || node.closest('.unseen, option, :disabled, [aria-hidden=true]')) continue;
  let ground = node;
  while (ground && parse(getComputedStyle(ground).backgroundColor).a < 1) ground = ground.parentElement;
  const back = parse(getComputedStyle(ground ?? document.body).backgroundColor).rgb;
  const [a, b] = [lum(parse(getComputedStyle(node).color).rgb), lum(back)];
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) out.push(`${ratio.toFixed(2)}: ${text.slice(0, 40)} (${node.className || node.tagName})`);
}
return [...new Set(out)];
"""
