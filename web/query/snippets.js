import { NPY_HEADER_BYTES } from "./npy.js";

/** A vector whose JSON is longer comes from a file. */
const MOST_INLINE = 4096;
const MOST_ARGUMENT = 60_000;
/** The file that long vectors come from. */
export const QUERY_FILE = "query.npy";

/**
 * A search as others can ask for it. The token is never in it: it comes from the variable TOKEN.
 * @typedef {{url:string,body:Record<string,any>,needsToken:boolean}} Asked
 */

/**
 * Whether the vector is too long to be written into the text.
 * @param {Asked} asked
 */
export const needsFile = ({ body }) => Array.isArray(body.vector) && JSON.stringify(body.vector).length > MOST_INLINE;

/**
 * Where an index is searched over HTTP.
 * @param {string} page the page's own address @param {string} index
 */
export const searchAddress = (page, index) => new URL(`api/v1/indexes/${encodeURIComponent(index)}/search`, page.split("#")[0]).href;

/**
 * A text as a shell takes it, whatever is in it.
 * @param {string} text
 */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** @param {Asked} asked */
export function curlText(asked) {
  const { url, body, needsToken } = asked;
  const head = [`curl -sS ${quoted(url)}`, `-H 'Content-Type: application/json'`, ...(needsToken ? ['-H "Authorization: Bearer $TOKEN"'] : []), ""].join(" \\\n  ").slice(0, -1);
  const text = JSON.stringify({ ...body, source: "curl" });
  // An argument of a command has 128 KiB at most.
  if (!needsFile(asked)) return text.length > MOST_ARGUMENT ? `${head} --data-binary @- <<'END'\n${text}\nEND\n` : `${head} -d ${quoted(text)}\n`;
  const { vector: _, ...rest } = body;
  const start = `${JSON.stringify({ ...rest, source: "curl" }).slice(0, -1)},"vector":"`;
  return `# ${QUERY_FILE}: float32 after a header of ${NPY_HEADER_BYTES} bytes\n{ printf %s ${quoted(start)}; tail -c +${NPY_HEADER_BYTES + 1} ${QUERY_FILE} | base64 | tr -d '\\n'; printf '"}'; } | ${head} --data-binary @-\n`;
}

/** @param {Asked} asked */
export function pythonText(asked) {
  const { url, body, needsToken } = asked;
  const isFile = needsFile(asked);
  const { vector: _, ...rest } = body;
  const said = { ...(isFile ? rest : body), source: "python" };
  return [
    `import ${[isFile && "base64", "json", needsToken && "os", "urllib.request"].filter(Boolean).join(", ")}`,
    "",
    `body = ${literal(said)}`,
    ...(isFile ? [`with open("${QUERY_FILE}", "rb") as file:`, `    body["vector"] = base64.b64encode(file.read()[${NPY_HEADER_BYTES}:]).decode()  # float32 after the header`] : []),
    `headers = {"Content-Type": "application/json"}`,
    ...(needsToken ? [`headers["Authorization"] = "Bearer " + os.environ["TOKEN"]`] : []),
    `request = urllib.request.Request(${literal(url)}, json.dumps(body).encode(), headers)`,
    "with urllib.request.urlopen(request) as answer:",
    `    for hit in json.load(answer)["results"]:`,
    `        print(hit["label"], hit["distance"])`,
    "",
  ].join("\n");
}

/**
 * A value of JSON as Python writes it.
 * @param {any} value @returns {string}
 */
function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (value && typeof value === "object") return `{${Object.entries(value).map(([name, one]) => `${literal(name)}: ${literal(one)}`).join(", ")}}`;
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}
