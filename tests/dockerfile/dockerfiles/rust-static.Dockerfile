FROM rust:1.75-alpine3.18 AS chef
RUN apk add --no-cache musl-dev openssl-dev openssl-libs-static pkgconf \
    && cargo install cargo-chef
WORKDIR /app

FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
RUN apk add --no-cache protobuf-dev
COPY --from=planner /app/recipe.json recipe.json
RUN cargo chef cook --release --recipe-path recipe.json
COPY . .
RUN cargo build --release

FROM alpine:3.18 AS runtime
RUN apk add --no-cache libgcc tini
COPY --from=builder /app/target/release/app /usr/local/bin/
ENTRYPOINT ["/sbin/tini", "--", "app"]
