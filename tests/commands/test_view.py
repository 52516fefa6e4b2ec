"""test_view.py PROGRAM - the viewer answers this machine alone, whoever has its token, with the files of its
two folders and nothing else; every answer forbids what a page has no need of; nothing that is sent ends it.
Asked over its own socket, with a page whose libraries from npm are left out."""

import http.client
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import PROGRAM, ROOT, Case, run_it

SECRET = b"nobody may read this"
CONTENT = os.urandom(70000)


class View(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        program = cls.folder / "build/spinule"
        program.parent.mkdir()
        shutil.copy(PROGRAM, program)
        page = cls.folder / ".deps/page"
        page.mkdir(parents=True)
        for name in ("view.html", "view.js", "view.css"):
            shutil.copy(ROOT / "commands/view/page" / name, page)
        for name in ("h5wasm.js", "uPlot.js", "uPlot.css"):
            (page / name).write_text("")
        cls.results = cls.folder / "results"
        (cls.results / "0001").mkdir(parents=True)
        (cls.results / "arm.h5").write_bytes(CONTENT)
        (cls.results / "0001/arm.h5").write_bytes(CONTENT)
        (cls.results / ".hidden.h5").write_bytes(SECRET)
        (cls.results / "notes.txt").write_bytes(SECRET)
        secret = cls.folder / "secret"
        secret.mkdir()
        (secret / "key.h5").write_bytes(SECRET)
        (cls.results / "link.h5").symlink_to(secret / "key.h5")
        (cls.results / "0002").symlink_to(secret)
        os.mkfifo(cls.results / "pipe.h5")
        (cls.results / "folder.h5").mkdir()
        cls.server, cls.port, cls.token = cls.start(program)
        cls.addClassCleanup(cls.stop, cls.server)

    @classmethod
    def start(cls, program, results=None):
        words = [program, "view", results or cls.results]
        server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        address = r"http://127\.0\.0\.1:(\d+)/([0-9a-f]{32})/$"
        port, token = re.match(address, server.stdout.readline()).groups()
        return server, int(port), token

    @staticmethod
    def stop(server):
        server.terminate()
        server.wait(20)
        server.stdout.close()

    def ask(self, path, method="GET", headers=None, host="127.0.0.1", port=None):
        connection = http.client.HTTPConnection(host, port or self.port, timeout=60)
        connection.putrequest(method, path, skip_host=bool(headers and "Host" in headers))
        for key, value in (headers or {}).items():
            connection.putheader(key, value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        self.assertNotIn(SECRET, body)
        return answer, body

    def code(self, *words, **options):
        return self.ask(*words, **options)[0].status

    def test_its_files(self):
        answer, body = self.ask(f"/{self.token}/")
        self.assertEqual((answer.status, answer.getheader("Content-Type")), (200, "text/html; charset=utf-8"))
        self.assertEqual(body, (ROOT / "commands/view/page/view.html").read_bytes())
        for name in ("arm.h5", "0001/arm.h5"):
            self.assertEqual(self.ask(f"/{self.token}/file/{name}")[1], CONTENT)
        self.assertEqual(self.ask(f"/{self.token}/file/arm.h5", "HEAD")[1], b"")

    def test_token(self):
        for path in ("/", "", "/files", "/file/arm.h5", f"/{self.token[:-1]}/files", f"/{'0' * 32}/files",
                     f"/{self.token}x/files", f"//{self.token}/files", f"/{self.token.upper()}X"):
            with self.subTest(path):
                self.assertEqual(self.code(path or "*"), 403)
        other = self.start(self.folder / "build/spinule")
        self.stop(other[0])
        self.assertNotEqual(other[2], self.token)

    def test_host(self):
        """A name that somebody else lets lead here is not answered."""
        for host in ("example.org", f"example.org:{self.port}", "127.0.0.1", "127.0.0.1:1", ""):
            with self.subTest(host):
                self.assertEqual(self.code(f"/{self.token}/files", headers={"Host": host}), 403)
        self.assertEqual(self.code(f"/{self.token}/", headers={"Host": f"localhost:{self.port}"}), 200)

    def test_methods(self):
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"):
            with self.subTest(method):
                self.assertEqual(self.code(f"/{self.token}/", method), 405)

    def test_no_way_out(self):
        for name in ("../secret/key.h5", "..%2fsecret%2fkey.h5", "%2e%2e/secret/key.h5",
                     "0001/../../secret/key.h5", "link.h5", "0002/key.h5", "pipe.h5", "folder.h5",
                     ".hidden.h5", "notes.txt", "0001", "", "../secret/key.h5%00arm.h5", "arm.h5/",
                     "/etc/passwd", "a" * 5000 + ".h5"):
            with self.subTest(name):
                self.assertEqual(self.code(f"/{self.token}/file/{name}"), 404)
        for words in ("view.html", "../secret/key.h5", "page", "secret", "report/"):
            with self.subTest(words):
                self.assertEqual(self.code(f"/{self.token}/{words}"), 404)

    def test_headers(self):
        for path in (f"/{self.token}/", f"/{self.token}/file/arm.h5", f"/{self.token}/none", "/"):
            answer, _ = self.ask(path)
            policy = dict(part.strip().partition(" ")[::2] for part in
                          answer.getheader("Content-Security-Policy").split(";"))
            self.assertEqual({key: policy[key] for key in ("default-src", "frame-ancestors", "base-uri",
                                                           "form-action", "connect-src")},
                             {"default-src": "'none'", "frame-ancestors": "'none'", "base-uri": "'none'",
                              "form-action": "'none'", "connect-src": "'self'"})
            self.assertEqual(policy["script-src"], "'self' 'wasm-unsafe-eval'")
            self.assertFalse(any("http" in value or "*" in value for value in policy.values()), policy)
            keys = ("X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Resource-Policy",
                    "Cache-Control", "Access-Control-Allow-Origin")
            self.assertEqual([answer.getheader(key) for key in keys],
                             ["nosniff", "no-referrer", "same-origin", "no-store", None])

    def test_report(self):
        """It alone may run scripts that stand in the page, and then no others."""
        run_it(ROOT / "tests/fuzz/tiny.cfg", self.folder / "run")
        server, port, token = self.start(self.folder / "build/spinule", self.folder / "run")
        self.addCleanup(self.stop, server)
        answer, body = self.ask(f"/{token}/report", port=port)
        self.assertEqual((answer.status, answer.getheader("Content-Type")), (200, "text/html; charset=utf-8"))
        self.assertIn("script-src 'unsafe-inline';", answer.getheader("Content-Security-Policy"))
        self.assertIn("connect-src 'self';", answer.getheader("Content-Security-Policy"))
        self.assertIn(b"the least experiment", body)

    def test_this_machine_alone(self):
        """It listens at 127.0.0.1 and nowhere else, as the system's table of sockets says."""
        found = set()
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            if pathlib.Path(table).exists():
                for line in pathlib.Path(table).read_text().splitlines()[1:]:
                    address, _, port = line.split()[1].partition(":")
                    if int(port, 16) == self.port and line.split()[3] == "0A":
                        found.add(address)
        self.assertEqual(found, {"0100007F"})
        with self.assertRaises(OSError):
            self.ask(f"/{self.token}/", host="127.0.0.2")

    def test_noise(self):
        for bytes_sent in (b"\0" * 1000, b"GET " + b"/" * 100000 + b" HTTP/1.1\r\n\r\n", b"GET\r\n\r\n",
                           b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\nx", os.urandom(4096)):
            with socket.create_connection(("127.0.0.1", self.port), timeout=20) as stream:
                try:
                    stream.sendall(bytes_sent)
                    stream.shutdown(socket.SHUT_WR)
                    self.assertNotIn(CONTENT[:64], stream.recv(65536))
                except OSError:
                    pass
        self.assertEqual(self.code(f"/{self.token}/files"), 200)
        self.assertIsNone(self.server.poll())


if __name__ == "__main__":
    unittest.main()
