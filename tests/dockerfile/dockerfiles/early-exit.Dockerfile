FROM alpine:3.18
ARG SKIP_TOOLS=no
RUN [ "$SKIP_TOOLS" = "yes" ] && exit 0; apk add --no-cache curl
RUN if [ -e /.prebuilt ]; then echo "already there"; exit 0; fi; \
    apk add --no-cache gcc musl-dev
RUN apk add --no-cache tini
