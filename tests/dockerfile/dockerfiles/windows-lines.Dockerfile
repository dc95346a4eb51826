FROM alpine:3.18
ARG TOOLS="curl jq"
RUN apk add --no-cache \
    # a comment between
    $TOOLS \
    less
RUN <<EOF
apk add --no-cache make
EOF
