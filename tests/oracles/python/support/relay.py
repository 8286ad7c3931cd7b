"""A server in front of the mock that counts what passes through it."""

import contextlib
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Relay:
    """Where it listens, and the paths of the requests it has passed on."""

    def __init__(self, url):
        self.url = url
        self.paths = []


@contextlib.contextmanager
def in_front_of(upstream):
    """Listens on a free port for as long as the `with` block lasts."""
    target = urlsplit(upstream).netloc
    relay = Relay(url=None)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            # Not `self.path`, in which two slashes at the start have become one.
            path = self.requestline.split()[1]
            relay.paths.append(path)
            connection = http.client.HTTPConnection(target, timeout=30)
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("connection", "content-length", "date", "server", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    relay.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield relay
    finally:
        server.shutdown()
        server.server_close()
