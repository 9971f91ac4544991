"""Reading uploaded files with a cap."""

from fastapi import UploadFile

from app.errors import TooLarge

_CHUNK = 1024 * 1024


async def read_upload(file: UploadFile, limit: int) -> bytes:
    """The whole file. Raises TooLarge as soon as more than `limit` bytes were read."""
    data = bytearray()
    while chunk := await file.read(_CHUNK):
        data += chunk
        if len(data) > limit:
            raise TooLarge("The file is larger than allowed.")
    return bytes(data)
