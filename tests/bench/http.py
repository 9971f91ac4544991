"""One HTTP GET over a connection of its own: as little work for the load generator as possible."""

import asyncio


async def get(port: int, path: str, cookie: str) -> tuple[int, bytes]:
    """(status, body). Raises OSError or asyncio.IncompleteReadError."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n"
        )
        writer.write(head.encode())
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        length = fields.get("content-length")
        body = await (reader.readexactly(int(length)) if length is not None else reader.read())
        return int(lines[0].split(" ")[1]), body
    finally:
        writer.close()
