"""A client of the wire protocol in Python, written from PROTOCOL.md; driven by JSON lines, and telling JSON lines."""
import functools
import json
import sys
import threading
import time

import socketio

lock = threading.RLock()


def tell(what, **fields):
    with lock:
        print(json.dumps({"what": what, **fields}), flush=True)


def in_turn(handler):
    """python-socketio runs each packet in a thread of its own: after the greeting, and one at a time."""

    @functools.wraps(handler)
    def alone(self, *args):
        self.greeted.wait(10)
        with lock:
            return handler(self, *args)

    return alone


class Client:
    def __init__(self):
        self.greeted = threading.Event()
        self.cursors = {}
        self.held = {}
        self.asking = set()
        self.tries = {}
        self.attempt = 0
        self.term = int(time.time() * 1000)
        self.offset = 0
        self.sio = None

    # Section 2: a new connection with a fresh handshake for each attempt.
    def connect(self, url, token):
        self.attempt += 1
        self.greeted.clear()
        sio = self.sio = socketio.Client(reconnection=False)
        for name in ("authenticated", "events", "full_refresh"):
            sio.on(name, getattr(self, "on_" + name))
        sio.on("connect_error", lambda error: tell("refused", code=error.get("data", {}).get("code")))
        sio.on("disconnect", lambda *_: tell("disconnected"))
        auth = {"token": token, "onesocket": 1, "client": "python", "tab": "python", "term": self.term,
                "attempt": self.attempt, "cursors": self.cursors}
        try:
            sio.connect(url, auth=auth, transports=["websocket"], wait_timeout=10)
        except socketio.exceptions.ConnectionError:
            pass

    # Section 3
    def on_authenticated(self, greeting):
        with lock:
            self.begin(greeting)
        self.greeted.set()

    def begin(self, greeting):
        self.offset = greeting["time"] - time.monotonic() * 1000
        self.held, self.tries, self.asking = {}, {}, set()
        for stream in list(self.cursors):
            if stream not in greeting["streams"]:
                tell("refresh", stream=stream, reason="permissions_changed")
                del self.cursors[stream]
        for stream, cursor in greeting["streams"].items():
            self.cursors.setdefault(stream, cursor)
        tell("authenticated", userId=greeting["userId"])

    # Section 5: the rule
    @in_turn
    def on_events(self, frame):
        stream, cursor = frame["stream"], self.cursors.get(frame["stream"])
        if cursor is None:
            if frame["prev"] != frame["id"]:
                return self.held.setdefault(stream, []).append(frame)
            self.cursors[stream] = {"epoch": frame["epoch"], "id": frame["id"]}
            return self.retry(stream)
        if frame["epoch"] != cursor["epoch"] or frame["prev"] > cursor["id"]:
            self.held.setdefault(stream, []).append(frame)
            return self.ask(stream)
        if frame["id"] <= cursor["id"]:
            return None
        self.cursors[stream] = {"epoch": frame["epoch"], "id": frame["id"]}
        for event in frame["events"]:
            if event["id"] > cursor["id"]:
                tell("event", stream=stream, id=event["id"], type=event["type"], payload=event.get("payload"))
        return self.retry(stream)

    def retry(self, stream):
        frames, self.held[stream] = self.held.get(stream, []), []
        for frame in frames:
            self.on_events(frame)

    # Section 6
    def ask(self, stream):
        if stream in self.asking:
            return
        self.asking.add(stream)
        cursor = self.cursors[stream]
        tell("asks", stream=stream, lastEventId=cursor["id"])
        request = {"stream": stream, "lastEventId": cursor["id"], "epoch": cursor["epoch"]}
        self.sio.emit("request_sync", request, callback=lambda answer: self.answered(stream, cursor["id"], answer))

    @in_turn
    def answered(self, stream, asked, answer):
        self.asking.discard(stream)
        if "fullRefresh" in answer:
            return self.on_full_refresh({"stream": stream, **answer["fullRefresh"]})
        if "error" in answer:
            return tell("error", code=answer["error"]["code"])
        self.on_events(answer)
        if self.held.get(stream) or answer["more"]:
            moved = self.cursors[stream]["id"] > asked
            self.tries[stream] = 0 if moved else self.tries.get(stream, 0) + 1
            if self.tries[stream] < 3:
                return self.ask(stream)
            first = self.held[stream][0]
            gap = {"epoch": first["epoch"], "id": first["prev"], "reason": "gap"}
            return self.on_full_refresh({"stream": stream, **gap})
        return None

    # Section 7
    @in_turn
    def on_full_refresh(self, refresh):
        stream, reason, cursor = refresh["stream"], refresh["reason"], self.cursors.get(refresh["stream"])
        if reason == "permissions_changed":
            if cursor or self.held.get(stream):
                tell("refresh", stream=stream, reason=reason)
            self.cursors.pop(stream, None)
            self.held.pop(stream, None)
            return
        if cursor and cursor["epoch"] == refresh["epoch"]:
            if refresh["id"] >= cursor["id"] if reason == "cursor_ahead" else refresh["id"] <= cursor["id"]:
                return
        tell("refresh", stream=stream, reason=reason)
        self.cursors[stream] = {"epoch": refresh["epoch"], "id": refresh["id"]}
        self.held[stream] = [frame for frame in self.held.get(stream, []) if frame["epoch"] == refresh["epoch"]]
        self.retry(stream)

    # Section 8
    def command(self, id, name, args):
        request = {"id": id, "name": name, "args": args, "sentAt": int(time.monotonic() * 1000 + self.offset)}
        self.sio.emit("command", request, callback=lambda answer: tell("outcome", id=id, answer=answer))


client = Client()
for line in sys.stdin:
    order = json.loads(line)
    do = order.pop("do")
    if do == "disconnect":
        client.sio.disconnect()
    else:
        getattr(client, do)(**order)
