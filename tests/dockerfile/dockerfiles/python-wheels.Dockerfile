ARG PYTHON_VERSION=3.12
FROM python:${PYTHON_VERSION}-alpine3.19 AS builder
RUN apk add --no-cache --virtual .build-deps \
      gcc \
      libffi-dev \
      musl-dev \
      postgresql-dev \
 && pip wheel --wheel-dir /wheels -r requirements.txt \
 && apk del --no-cache .build-deps

FROM python:${PYTHON_VERSION}-alpine3.19
COPY --from=builder /wheels /wheels
RUN apk --no-cache add libpq && \
    pip install --no-index --find-links=/wheels app && \
    rm -rf /wheels
