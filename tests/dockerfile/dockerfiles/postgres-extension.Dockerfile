FROM postgres:16-alpine3.18
ARG PGVECTOR_TAG=v0.5.1
RUN set -eux; \
    apk add --no-cache --virtual .build-deps build-base clang15 git llvm15-dev; \
    git clone --branch "$PGVECTOR_TAG" --depth 1 https://example.org/pgvector.git /tmp/pgvector; \
    make -C /tmp/pgvector OPTFLAGS="" "PG_MAJOR=${PG_MAJOR}"; \
    make -C /tmp/pgvector install; \
    rm -rf /tmp/pgvector; \
    apk del --no-network .build-deps
