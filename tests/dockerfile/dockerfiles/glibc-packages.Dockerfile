FROM alpine:3.18
ENV GLIBC=2.35-r1
RUN apk add --no-cache --virtual .fetch wget \
 && wget -q -O /etc/apk/keys/glibc.rsa.pub https://example.org/glibc.rsa.pub \
 && for package in glibc glibc-bin; do wget -q "https://example.org/$package-$GLIBC.apk"; done \
 && apk add --no-cache --force-overwrite glibc-$GLIBC.apk glibc-bin-$GLIBC.apk \
 && rm glibc-*.apk \
 && apk del .fetch
