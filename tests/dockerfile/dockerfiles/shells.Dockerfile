FROM alpine:3.18
SHELL ["/bin/ash", "-eo", "pipefail", "-c"]
RUN sh -c 'apk add --no-cache bash'
RUN /bin/sh -ec "apk add --no-cache curl; apk add --no-cache git"
RUN ( apk add --no-cache jq ) && { apk add --no-cache less; }
RUN eval "apk add --no-cache vim"
RUN env FOO=bar timeout 60 apk add --no-cache htop
