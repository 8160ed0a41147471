/* Follows one stream over many WebSocket connections from one thread, and says what came, what did not, and how late.
 *
 * load_client PORT CONNECTIONS STREAM REPLIES KIND ACK_FD
 *
 * Every connection does the handshake with the subprotocol annscope.v1 and sends `initialize` and `stream.subscribe`;
 * REPLIES answers are waited for (servers that only fan out give none). Then "ready" is printed. KIND says what the
 * messages are made of:
 *   events   events of EVENT_BYTES, as the bench's servers make them: one, an array of some, or some in `stream.events`.
 *            Every one is checked for its size and its number; the time from its making is taken.
 *   stream   the daemon's `stream.events`: offsets must follow each other and no `stream.gap` come. The time is taken of
 *            searches whose `source` is "t" and a time.
 * Lines of standard input end it: "expect N" once each connection has N events (or nothing came for 5 s), "end" after half
 * a second of silence. ACK_FD (−1: none) gets "ack N" lines: the events that all connections have. The last line is JSON.
 * Times are of CLOCK_MONOTONIC in nanoseconds, 19 digits. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENT_BYTES = 1000, MOST = 1000, STAMP_DIGITS = 19, NUMBER_DIGITS = 12, FIRST_ROOM = 1 << 14, MOST_ROOM = 8 << 20 };
static const char event_head[] = "{\"type\":\"bench\",\"n\":\"";
static const char event_at[] = "\",\"at\":\"";

struct connection {
    int handle;
    char *bytes;            /* what came and is not taken apart yet */
    size_t count, room;
    char *message;          /* the fragments of a message that is not whole yet */
    size_t message_count;
    uint64_t next;          /* the number of the event that comes next */
    int replies;
    int is_open;
};

static struct connection connections[MOST];
static int connection_count, wanted_replies, checks_stream, is_measuring;
static uint64_t deliveries, messages, bytes_in, lost, wrong, gaps, closes, last_arrival;

/* ---- latencies: 64 buckets for each power of two of microseconds */
enum { SUB = 64, BUCKETS = 40 * SUB };
static uint64_t histogram[BUCKETS], stamps;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void note_latency(uint64_t nanoseconds) {
    uint64_t value = nanoseconds / 1000;
    int shift = 0;
    while ((value >> shift) >= 2 * SUB) shift++;
    size_t place = (size_t)shift * SUB + (size_t)(value >> shift);
    histogram[place < BUCKETS ? place : BUCKETS - 1]++;
    stamps++;
}

static double percentile(double share) {
    uint64_t rank = (uint64_t)(share * (double)stamps), seen = 0;
    for (size_t place = 0; place < BUCKETS; place++) {
        seen += histogram[place];
        if (seen > rank) {
            size_t shift = place < 2 * SUB ? 0 : place / SUB - 1;
            return (double)((uint64_t)(place - shift * SUB) << shift) / 1000.0;
        }
    }
    return 0;
}

static void fail(const char *what) {
    fprintf(stderr, "load_client: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* ---- what is in a message */
static int digits(const char *text, int count, uint64_t *value) {
    *value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') return 0;
        *value = *value * 10 + (uint64_t)(text[i] - '0');
    }
    return 1;
}

static int take_event(struct connection *c, const char *text, uint64_t at) {
    const size_t head = sizeof event_head - 1, middle = sizeof event_at - 1;
    uint64_t number, made;
    if (memcmp(text, event_head, head) != 0 || !digits(text + head, NUMBER_DIGITS, &number) ||
        memcmp(text + head + NUMBER_DIGITS, event_at, middle) != 0 ||
        !digits(text + head + NUMBER_DIGITS + middle, STAMP_DIGITS, &made) || text[EVENT_BYTES - 1] != '}')
        return 0;
    if (number > c->next) lost += number - c->next;
    if (number < c->next) wrong++;
    c->next = number + 1;
    deliveries++;
    note_latency(at > made ? at - made : 0);
    return 1;
}

static void take_events(struct connection *c, const char *text, size_t count, uint64_t at) {
    const char *end = text + count;
    const char *place = memmem(text, count < 400 ? count : 400, event_head, sizeof event_head - 1);
    while (place && place + EVENT_BYTES <= end) {
        if (!take_event(c, place, at)) break;
        place += EVENT_BYTES;
        if (place < end && *place == ',') { place++; continue; }
        /* What stands behind the last event: nothing, or the ends of an array and of an envelope. */
        if (end - place <= 3 && strspn(place, "]}") >= (size_t)(end - place)) return;
        break;
    }
    wrong++;
}

static int number_after(const char *text, const char *end, const char *key, uint64_t *value) {
    const char *place = memmem(text, (size_t)(end - text), key, strlen(key));
    if (!place) return 0;
    char *stop;
    *value = strtoull(place + strlen(key), &stop, 10);
    return stop > place + strlen(key);
}

static void take_stream(struct connection *c, const char *text, size_t count, uint64_t at) {
    const char *end = text + count, *head_end = text + (count < 300 ? count : 300);
    uint64_t first, last;
    if (memmem(text, (size_t)(head_end - text), "\"stream.gap\"", 12)) { gaps++; return; }
    if (!number_after(text, head_end, "\"offset\":", &first) || !number_after(text, head_end, "\"last\":", &last) || last < first) {
        wrong++;
        return;
    }
    if (c->next != UINT64_MAX) {
        if (first > c->next) lost += first - c->next;
        if (first < c->next) wrong++;
    }
    c->next = last + 1;
    deliveries += last - first + 1;
    for (const char *place = text; (place = memmem(place, (size_t)(end - place), "\"t", 2)) != NULL; place += 2) {
        uint64_t made;
        if (end - place > STAMP_DIGITS + 2 && digits(place + 2, STAMP_DIGITS, &made) && place[2 + STAMP_DIGITS] == '"')
            note_latency(at > made ? at - made : 0);
    }
}

static void take_message(struct connection *c, const char *text, size_t count) {
    if (count > 5 && memmem(text, count < 80 ? count : 80, "\"id\":", 5)) {
        c->replies++;
        if (memmem(text, count < 400 ? count : 400, "\"error\"", 7)) {
            fprintf(stderr, "load_client: %.*s\n", (int)(count < 400 ? count : 400), text);
            exit(1);
        }
        return;
    }
    uint64_t at = now();
    last_arrival = at;
    messages++;
    if (checks_stream) take_stream(c, text, count, at);
    else take_events(c, text, count, at);
}

/* ---- frames of RFC 6455, section 5.2 */
static void send_frame(struct connection *c, int opcode, const char *text, size_t count) {
    unsigned char head[8] = {(unsigned char)(0x80 | opcode), (unsigned char)(0x80 | count)};
    size_t length = 2;
    if (count > 125) {
        head[1] = 0x80 | 126;
        head[2] = (unsigned char)(count >> 8);
        head[3] = (unsigned char)count;
        length = 4;
    }
    /* The mask is zero, so that the text stays as it is. */
    char frame[1024];
    memset(frame, 0, sizeof frame);
    memcpy(frame, head, length);
    memcpy(frame + length + 4, text, count);
    size_t done = 0, all = length + 4 + count;
    while (done < all) {
        ssize_t sent = send(c->handle, frame + done, all - done, MSG_NOSIGNAL);
        if (sent > 0) done += (size_t)sent;
        else if (errno != EAGAIN && errno != EINTR) return;
    }
}

static void shut(struct connection *c) {
    if (!c->is_open) return;
    c->is_open = 0;
    closes++;
    close(c->handle);
}

static void take_frames(struct connection *c) {
    size_t done = 0;
    while (c->is_open && c->count - done >= 2) {
        const unsigned char *frame = (unsigned char *)c->bytes + done;
        uint64_t length = frame[1] & 0x7F;
        size_t head = 2;
        if (length == 126) head = 4;
        if (length == 127) head = 10;
        if (c->count - done < head) break;
        if (head > 2) {
            length = 0;
            for (size_t i = 2; i < head; i++) length = length << 8 | frame[i];
        }
        if (length > MOST_ROOM / 2) { wrong++; shut(c); return; }
        if (c->count - done < head + length) break;
        const char *payload = (const char *)frame + head;
        int opcode = frame[0] & 0x0F, is_final = frame[0] & 0x80;
        done += head + length;
        if (opcode == 9) send_frame(c, 10, payload, length < 126 ? length : 125);
        else if (opcode == 8) {
            unsigned code = length >= 2 ? (unsigned)((unsigned char)payload[0] << 8 | (unsigned char)payload[1]) : 0;
            fprintf(stderr, "load_client: closed with %u\n", code);
            shut(c);
        } else if (opcode == 1 && is_final) take_message(c, payload, length);
        else if (opcode <= 1) {
            char *grown = realloc(c->message, c->message_count + length);
            if (!grown || c->message_count + length > MOST_ROOM) { wrong++; shut(c); return; }
            c->message = grown;
            memcpy(c->message + c->message_count, payload, length);
            c->message_count += length;
            if (is_final) {
                take_message(c, c->message, c->message_count);
                c->message_count = 0;
            }
        }
    }
    memmove(c->bytes, c->bytes + done, c->count - done);
    c->count -= done;
}

static void receive(struct connection *c) {
    if (c->room - c->count < FIRST_ROOM / 2) {
        c->room = c->room ? c->room * 2 : FIRST_ROOM;
        c->bytes = realloc(c->bytes, c->room);
        if (!c->bytes || c->room > MOST_ROOM) fail("memory");
    }
    ssize_t got = recv(c->handle, c->bytes + c->count, c->room - c->count, 0);
    if (got > 0) {
        c->count += (size_t)got;
        if (is_measuring) bytes_in += (uint64_t)got;
        take_frames(c);
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) shut(c);
}

static void begin(struct connection *c, int port, const char *stream) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1;
    c->handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->handle < 0 || connect(c->handle, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    setsockopt(c->handle, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct timeval patience = {.tv_sec = 30};
    setsockopt(c->handle, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char text[1024];
    int length = snprintf(text, sizeof text,
        "GET /ws HTTP/1.1\r\nHost: localhost:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: annscope.v1\r\n\r\n", port);
    if (send(c->handle, text, (size_t)length, MSG_NOSIGNAL) != length) fail("handshake");
    c->is_open = 1;
    c->next = checks_stream ? UINT64_MAX : 0;
    char head[2048];
    size_t got = 0;
    while (got < 4 || memcmp(head + got - 4, "\r\n\r\n", 4) != 0) {
        if (got == sizeof head || recv(c->handle, head + got, 1, 0) != 1) fail("no answer to the handshake");
        got++;
    }
    if (strncmp(head, "HTTP/1.1 101", 12) != 0) {
        fprintf(stderr, "load_client: refused: %.*s\n", (int)got, head);
        exit(1);
    }
    length = snprintf(text, sizeof text, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"capabilities\":{\"columns\":\"base64\"}}}");
    send_frame(c, 1, text, (size_t)length);
    length = snprintf(text, sizeof text, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"stream.subscribe\",\"params\":{\"stream\":\"%s\"}}", stream);
    send_frame(c, 1, text, (size_t)length);
    errno = 0;
    while (c->is_open && c->replies < wanted_replies) {
        receive(c);
        if (errno == EAGAIN) fail("no reply");
        errno = 0;
    }
    fcntl(c->handle, F_SETFL, O_NONBLOCK);
}

static uint64_t had_by_all(void) {
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < connection_count; i++)
        if (connections[i].is_open && connections[i].next < least) least = connections[i].next;
    return least == UINT64_MAX ? 0 : least;
}

static void report(double seconds) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"deliveries\":%" PRIu64 ",\"messages\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"wrong\":%" PRIu64
           ",\"gaps\":%" PRIu64 ",\"closed\":%" PRIu64 ",\"stamps\":%" PRIu64 ",\"p50\":%.3f,\"p99\":%.3f,\"seconds\":%.3f,\"cpu\":%.3f}\n",
           deliveries, messages, bytes_in, lost, wrong, gaps, closes, stamps, percentile(0.5), percentile(0.99), seconds,
           (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fprintf(stderr, "load_client PORT CONNECTIONS STREAM REPLIES events|stream ACK_FD\n");
        return 2;
    }
    int port = atoi(argv[1]), ack = atoi(argv[6]);
    connection_count = atoi(argv[2]);
    wanted_replies = atoi(argv[4]);
    checks_stream = strcmp(argv[5], "stream") == 0;
    if (connection_count < 0 || connection_count > MOST) { fprintf(stderr, "load_client: up to %d connections\n", MOST); return 2; }

    int poll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < connection_count; i++) {
        begin(&connections[i], port, argv[3]);
        struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = &connections[i]};
        if (connections[i].is_open && epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].handle, &wanted) != 0) fail("epoll");
    }
    struct epoll_event control = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poll, EPOLL_CTL_ADD, STDIN_FILENO, &control);
    is_measuring = 1;
    printf("ready\n");
    fflush(stdout);

    uint64_t expected = UINT64_MAX, acknowledged = 0, began = now();
    int is_ending = 0;
    static struct epoll_event ready[MOST + 1];
    last_arrival = began;
    while (1) {
        int count = epoll_wait(poll, ready, MOST + 1, expected == UINT64_MAX && !is_ending ? -1 : 50);
        for (int i = 0; i < count; i++) {
            if (ready[i].data.ptr) { receive(ready[i].data.ptr); continue; }
            char line[64] = "";
            ssize_t got = read(STDIN_FILENO, line, sizeof line - 1);
            if (got > 0 && sscanf(line, "expect %" SCNu64, &expected) != 1 && strncmp(line, "end", 3) == 0) is_ending = 1;
            if (got <= 0) is_ending = 1;
            if (is_ending) epoll_ctl(poll, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
        }
        uint64_t all = checks_stream ? 0 : had_by_all();
        if (ack >= 0 && all > acknowledged) {
            char line[40];
            int length = snprintf(line, sizeof line, "ack %" PRIu64 "\n", all);
            if (write(ack, line, (size_t)length) == length) acknowledged = all;
        }
        uint64_t quiet = now() - last_arrival;
        if ((expected != UINT64_MAX && (all >= expected || quiet > 5000000000u)) || (is_ending && quiet > 500000000u)) break;
    }
    if (!checks_stream && expected != UINT64_MAX)
        for (int i = 0; i < connection_count; i++)
            if (connections[i].next < expected) lost += expected - connections[i].next;
    report((double)(last_arrival - began) / 1e9);
    return 0;
}
