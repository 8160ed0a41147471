import { el, fill, pictureAddress, show } from "../dom.js";
import { pictures } from "../pictures.js";

/**
 * How many times farther than usual the map draws a node from its neighbours, 0 for one that is not among the worst.
 * @param {LayoutMap|null} map @param {number} node
 */
function misplacedBy(map, node) {
  const at = map?.misplaced?.node.indexOf(node) ?? -1;
  return at < 0 ? 0 : map?.misplaced?.stretch[at] ?? 0;
}

/**
 * The card beside the pointer: the item of a node, or a cell.
 * @param {HTMLElement} card @param {any} app @param {any} hover @param {any} at
 */
export function drawHover(card, app, hover, at) {
  // What is selected is told of beside the picture, and the card would hide what is near it.
  const isTold = hover?.node !== undefined && hover.node === app.selected;
  show(card, Boolean(hover && at && !isTold && (hover.node !== undefined || hover.cell !== undefined)));
  if (card.hidden) return;
  const isNode = hover.node !== undefined && hover.node !== null;
  const own = app.views.panels?.card?.(hover);
  if (own) fill(card, ...own);
  else if (isNode) {
    const item = app.items.node(hover.node);
    const address = pictureAddress(item?.media);
    const stretch = misplacedBy(app.store.map, hover.node);
    const missed = app.missed().find(/** @param {Hit} hit */ (hit) => hit.node === hover.node);
    fill(card, ...[
      pictures.element(address), el("b", { text: item?.caption ?? `node ${hover.node}` }),
      el("div", { class: "muted", text: [item ? `id ${item.label}` : null, `node ${hover.node}`, item?.category].filter(Boolean).join(" · ") }),
      stretch && el("div", { class: "muted", testid: "hover-misplaced", text: `drawn ${stretch.toFixed(1)} times farther from its true neighbours than usual here` }),
      missed && el("div", { class: "error", testid: "hover-missed", text: `Missed: ${missed.reason.text}.` }),
    ]);
  } else {
    const size = app.store.map?.cells?.size[hover.cell];
    fill(card, el("b", { text: `cell ${hover.cell}` }), el("div", { class: "muted", text: size === undefined ? "" : `${size} vectors` }));
  }
  const room = /** @type {HTMLElement} */ (card.parentElement);
  const x = Math.min(at.x + 14, room.clientWidth - card.offsetWidth - 4);
  const y = Math.min(at.y + 14, room.clientHeight - card.offsetHeight - 4);
  card.style.transform = `translate(${Math.max(0, x)}px, ${Math.max(0, y)}px)`;
  card.style.left = card.style.top = "0";
}
