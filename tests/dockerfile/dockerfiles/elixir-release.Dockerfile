ARG BUILDER_IMAGE="hexpm/elixir:1.15.7-erlang-26.1.2-alpine-3.18.4"
ARG RUNNER_IMAGE="alpine:3.18"
FROM ${BUILDER_IMAGE} AS builder
RUN apk add --no-cache build-base git
RUN mix local.hex --force && mix release
FROM ${RUNNER_IMAGE}
RUN apk add --no-cache libstdc++ ncurses-libs openssl
COPY --from=builder --chown=nobody:root /app/_build/prod/rel/app ./
