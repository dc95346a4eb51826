FROM alpine:3.18
ARG FLAVOUR
RUN if grep -q foo /etc/passwd; then apk add --no-cache bash; else apk add --no-cache zsh; fi
RUN case "$(cat /flavour)" in \
      a) apk add --no-cache curl ;; \
      b|c) apk add --no-cache wget ;; \
      *) echo unknown; exit 1 ;; \
    esac
RUN [ -f /x ] && apk add --no-cache jq
RUN case "$FLAVOUR" in slim) ;; *) apk add --no-cache git ;; esac
