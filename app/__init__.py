"""The Kaochang service: FastAPI over question_bank and proctor, which do not know it."""
