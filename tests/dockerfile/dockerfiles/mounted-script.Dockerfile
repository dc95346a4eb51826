FROM alpine:3.18
RUN apk add --no-cache bash
RUN --mount=type=bind,source=build,target=/build \
    --mount=type=cache,target=/var/cache/apk \
    bash -eux /build/install.bash --with-tools
