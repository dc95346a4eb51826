FROM alpine:3.18 AS runtime
RUN apk add --no-cache libstdc++ tini
FROM runtime AS debug
RUN apk add --no-cache gdb strace
FROM runtime AS release
RUN apk add --no-cache ca-certificates
