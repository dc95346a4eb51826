FROM alpine:3.18
RUN apk update \
 && apk add --no-cache ca-certificates dovecot dovecot-lmtpd postfix \
 && (rm "/tmp/"* 2>/dev/null || true) && (rm -rf /var/cache/apk/* 2>/dev/null || true)
RUN { \
      echo "maillog_file = /dev/stdout"; \
      echo "smtputf8_enable = no"; \
    } >> /etc/postfix/main.cf 2>/dev/null; \
    apk add --no-cache >/dev/null rspamd 2>&1 rspamd-client
