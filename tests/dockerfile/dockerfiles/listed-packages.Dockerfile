FROM alpine:3.18
COPY apk-packages.txt /tmp/
RUN apk add --no-cache $(grep -v '^#' /tmp/apk-packages.txt) bash \
 && rm /tmp/apk-packages.txt
RUN --mount=type=bind,source=more.txt,target=/tmp/more.txt \
    apk add --no-cache `cat /tmp/more.txt`
RUN sed -e 's/#.*//' /etc/packages | xargs apk --no-cache add
