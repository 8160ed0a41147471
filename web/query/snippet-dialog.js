import { copy } from "../clipboard.js";
import { el, fill } from "../dom.js";
import { npyOf } from "./npy.js";
import { curlText, needsFile, pythonText, QUERY_FILE, searchAddress } from "./snippets.js";

/** @type {HTMLDialogElement|null} */
let dialog = null;

/**
 * Copies a search as a command, and shows what was copied.
 * @param {string} how "curl" or "python" @param {{index:string,body:Record<string,any>,needsToken:boolean}} search
 */
export async function showSnippet(how, { index, body, needsToken }) {
  const asked = { url: searchAddress(location.href, index), body, needsToken };
  const text = how === "curl" ? curlText(asked) : pythonText(asked);
  if (!dialog) {
    dialog = /** @type {HTMLDialogElement} */ (el("dialog", { class: "snippet", "aria-label": "The search as a command" }));
    document.body.append(dialog);
  }
  const said = el("p", { class: "muted", role: "status", testid: "snippet-said" });
  const area = el("textarea", { testid: "snippet", readonly: true, spellcheck: "false", "aria-label": "Command", rows: text.split("\n").length + 1 });
  area.value = text;
  const take = async () => {
    said.textContent = (await copy(text)) ? "Copied." : "This browser lets no page copy from here: the text is selected, copy it with Ctrl C.";
    area.focus();
    area.select();
  };
  fill(dialog, el("h2", { text: how === "curl" ? "With curl" : "With Python" }), area, said,
    needsToken && el("p", { class: "muted", text: "Your token is not in it: put it into the variable TOKEN first." }),
    el("div", { class: "line" },
      needsFile(asked) && el("button", { type: "button", class: "small", testid: "save-npy", text: `save ${QUERY_FILE}`, onclick: () => save(body.vector) }),
      el("button", { type: "button", class: "small", text: "copy", onclick: take }),
      el("button", { type: "button", class: "small", testid: "snippet-close", text: "close", onclick: () => dialog?.close() })));
  dialog.showModal();
  await take();
}

/** @param {number[]} vector */
function save(vector) {
  const url = URL.createObjectURL(new Blob([npyOf(vector)]));
  el("a", { href: url, download: QUERY_FILE }).click();
  URL.revokeObjectURL(url);
}
