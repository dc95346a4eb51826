FROM alpine:3.18
RUN /bin/sh -c 'apk add --no-cache curl && exit 0; apk add --no-cache vim'
RUN (apk add --no-cache jq; exit 0) && { apk add --no-cache git || exit 1; }
RUN true && \
    (set -x; cd /tmp; apk add --no-cache make) 2>&1 | tee /tmp/log
RUN echo 'apk add --no-cache less' | sh -e
RUN echo "apk add emacs" && : apk add nano
