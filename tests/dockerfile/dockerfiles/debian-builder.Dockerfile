FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y build-essential
RUN make -C /src static
FROM busybox:1.36 AS tools
FROM alpine:3.18
COPY --from=build /src/app /usr/bin/app
COPY --from=tools /bin/busybox /opt/busybox
RUN apk add --no-cache tini
