FROM alpine:3.18
RUN apk add --no-cache bash curl
RUN curl -sSL https://example.org/install | bash -s -- --yes
RUN curl -fsSLo /tmp/setup.sh https://example.org/setup && sudo sh -eu /tmp/setup.sh
COPY docker/*.sh /docker/
RUN /docker/prepare.sh && rm -r /docker
