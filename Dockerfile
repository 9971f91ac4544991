# The service with PostgreSQL or SQLite; no compiler, no root. Build: docker build -t kaochang .
FROM python:3.13-slim AS build
WORKDIR /opt/kaochang
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv .venv \
 && .venv/bin/pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes -r requirements.lock
COPY app app
COPY proctor proctor
COPY question_bank question_bank
COPY migrations migrations
COPY alembic.ini ./
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-index --no-build-isolation --editable . \
 && .venv/bin/python -m proctor models install --data /var/lib/kaochang

FROM python:3.13-slim
RUN groupadd --system --gid 10001 kaochang && useradd --system --uid 10001 --gid kaochang kaochang
COPY --from=build /opt/kaochang /opt/kaochang
COPY --from=build --chown=kaochang:kaochang /var/lib/kaochang /var/lib/kaochang
WORKDIR /opt/kaochang
USER kaochang
ENV KAOCHANG_DATA=/var/lib/kaochang KAOCHANG_SERVER__HOST=0.0.0.0 PYTHONUNBUFFERED=1
EXPOSE 8000
VOLUME /var/lib/kaochang
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["/opt/kaochang/.venv/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=2)"]
CMD ["/opt/kaochang/.venv/bin/kaochang", "serve"]
