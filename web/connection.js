/** Why a request was not answered with a result. */
export class RequestError extends Error {
  /** @param {number} code JSON-RPC code, 0 when the connection was lost @param {string} message @param {any} [data] */
  constructor(code, message, data) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;
/** The token is missing or wrong. */
const UNAUTHORIZED = -32008;
const PROTOCOL = "annscope.v1";

/**
 * @typedef {{kind:"connecting"|"open"|"reconnecting"|"closed",text:string,needsToken?:boolean,code?:number,retryAt?:number}} ConnectionState
 *   `code` is that of the close, `retryAt` when it tries again, in ms since 1970
 */

/**
 * Talks annscope.v1 over one WebSocket: requests and their answers, streams that resume where they stood, and a new
 * connection when one is lost. Close codes 4400–4499 say that trying again is of no use.
 */
export class Connection {
  /** @type {WebSocket|null} */
  #socket = null;
  #next = 1;
  /** @type {Map<number,{resolve:(value:any)=>void,reject:(error:Error)=>void}>} */
  #pending = new Map();
  /**
   * `offset` is that of the last event seen.
   * @type {Map<string,{epoch:string|null,offset:number|null,isAnew?:boolean,receive:(params:any)=>void}>}
   */
  #streams = new Map();
  #delay = FIRST_DELAY;
  #timer = 0;
  #pulse = 0;
  /** Nothing came for a while, and the daemon was asked something to see whether it is there. */
  #isProbed = false;
  #heardAt = 0;

  /**
   * @param {string} url ws: or wss:
   * @param {{onState:(state:ConnectionState)=>void,
   *   onReady:(hello:any)=>void,token?:()=>string|null,client?:{name:string,version:string},WebSocket?:typeof WebSocket}} options `token` is asked for at every
   *   beginning; a state with `needsToken` says that there was none, or not the right one
   */
  constructor(url, options) {
    this.url = url;
    this.options = options;
    this.isOpen = false;
    /** @type {any} the answer to `initialize` */
    this.hello = null;
  }

  open() {
    clearTimeout(this.#timer);
    if (this.#socket) return;
    const socket = new (this.options.WebSocket ?? WebSocket)(this.url, PROTOCOL);
    this.#socket = socket;
    if (!this.hello) this.options.onState({ kind: "connecting", text: "connecting …" });
    socket.onopen = () => this.#initialize();
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => { if (socket === this.#socket) this.#closed(event); };
  }

  /** Introduces itself anew, as with another token. */
  reopen() {
    const socket = this.#socket;
    if (socket) this.#closed({ code: 0, reason: "" });
    socket?.close();
    this.open();
  }

  /**
   * @param {string} method @param {object} params
   * @returns {Promise<any>} the result; rejects with a RequestError, also when the connection is lost meanwhile
   */
  request(method, params = {}) {
    if (!this.isOpen) return Promise.reject(new RequestError(0, "not connected"));
    return this.#send(method, params);
  }

  /**
   * Follows a stream over reconnects.
   * @param {string} stream @param {(params:any)=>void} receive `stream.events` and `stream.gap`
   */
  subscribe(stream, receive) {
    // One that is followed already begins anew, with all that is there.
    this.unsubscribe(stream);
    this.#streams.set(stream, { epoch: null, offset: null, receive });
    if (this.isOpen) this.#subscribe(stream);
  }

  /** @param {string} stream */
  unsubscribe(stream) {
    if (!this.#streams.delete(stream) || !this.isOpen) return;
    this.#send("stream.unsubscribe", { stream }).catch(() => {});
  }

  /** @param {string} method @param {object} params @returns {Promise<any>} */
  #send(method, params) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#socket?.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  async #initialize() {
    const socket = this.#socket;
    const token = this.options.token?.();
    try {
      const hello = await this.#send("initialize", {
        client: this.options.client ?? { name: "annscope-page", version: "1" }, versions: [PROTOCOL], capabilities: { columns: "base64" }, ...(token ? { token } : {}),
      });
      if (socket !== this.#socket) return;
      this.hello = hello;
      // Streams that `onReady` adds are subscribed there and then.
      const known = [...this.#streams.keys()];
      this.isOpen = true;
      this.#delay = FIRST_DELAY;
      this.#listen(hello.pingSeconds);
      this.options.onState({ kind: "open", text: "live" });
      this.options.onReady(hello);
      for (const stream of known) this.#subscribe(stream);
    } catch (error) {
      // Whom it does not let in, the daemon itself shows out, with a code that says why.
      if (socket === this.#socket && error instanceof RequestError && error.code !== 0 && error.code !== UNAUTHORIZED) {
        this.options.onState({ kind: "reconnecting", text: error.message });
        socket?.close();
      }
    }
  }

  /** @param {string} stream */
  async #subscribe(stream) {
    const entry = this.#streams.get(stream);
    if (!entry) return;
    const { epoch } = this.hello;
    // Of a daemon that was started anew: the searches that it keeps, also those from before this subscription.
    const isAnew = entry.epoch !== null && entry.epoch !== epoch && stream.startsWith("searches/");
    if (isAnew) Object.assign(entry, { epoch, offset: -1, isAnew });
    const after = entry.epoch !== null && entry.offset !== null ? { epoch: entry.epoch, offset: entry.offset } : null;
    try {
      const answer = await this.#send("stream.subscribe", after ? { stream, after } : { stream });
      if (this.#streams.get(stream) !== entry) return;
      if (entry.isAnew || (after && answer.recovered === false)) entry.receive({ stream, lost: true });
      entry.isAnew = false;
      entry.epoch = answer.epoch;
      // The answer's offset is that of the next event; the one kept here is of the last.
      if (!after || answer.recovered === false) entry.offset = (answer.offset ?? 0) - 1;
    } catch (error) {
      if (this.#streams.get(stream) === entry && error instanceof RequestError && error.code !== 0) entry.receive({ stream, error });
    }
  }

  /**
   * A browser answers pings without telling, so a line that went dead is only noticed by asking: after a silence of one ping's
   * time for what costs the daemon little, and when nothing at all comes for another, the connection is given up.
   * @param {number|undefined} seconds
   */
  #listen(seconds) {
    clearTimeout(this.#pulse);
    if (!seconds || !(seconds > 0)) return;
    this.#pulse = setTimeout(() => {
      if (this.#isProbed) {
        this.#socket?.close();
        return this.#closed({ code: 0, reason: "nothing was heard of the daemon" });
      }
      if (Date.now() - this.#heardAt >= seconds * 1000) {
        this.#isProbed = true;
        this.#send("index.list", {}).catch(() => {});
      }
      this.#listen(seconds);
    }, seconds * 1000);
  }

  /** @param {string} text */
  #receive(text) {
    this.#heardAt = Date.now();
    this.#isProbed = false;
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (message.id !== undefined && message.method === undefined) {
      const waiting = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (!waiting) return;
      if (message.error) waiting.reject(new RequestError(message.error.code, message.error.message, message.error.data));
      else waiting.resolve(message.result);
      return;
    }
    const { params } = message;
    const entry = params && this.#streams.get(params.stream);
    if (!entry) return;
    if (message.method === "stream.events") {
      if (params.offset !== undefined) entry.offset = params.last ?? params.offset + params.events.length - 1;
      entry.receive(params);
    } else if (message.method === "stream.gap") {
      entry.receive({ ...params, lost: true });
    }
  }

  /** @param {{code:number,reason:string}} event */
  #closed(event) {
    this.#socket = null;
    this.isOpen = this.#isProbed = false;
    clearTimeout(this.#pulse);
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(new RequestError(0, "the connection was lost before the answer came"));
    const why = event.reason ? `: ${event.reason}` : "";
    if (event.code >= 4400 && event.code <= 4499) {
      this.options.onState({ kind: "closed", text: `refused (${event.code})${why}`, code: event.code, needsToken: event.code === 4401 });
      return;
    }
    const wait = this.#delay * (0.5 + Math.random() * 0.5);
    this.#delay = Math.min(LONGEST_DELAY, this.#delay * 2);
    this.options.onState({ kind: "reconnecting", text: `reconnecting …${why}`, code: event.code, retryAt: Date.now() + wait });
    this.#timer = setTimeout(() => this.open(), wait);
  }
}
