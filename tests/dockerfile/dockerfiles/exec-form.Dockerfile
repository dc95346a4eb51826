FROM alpine:3.18
ENV MORE=git
RUN ["apk", "add", "--no-cache", "bash"]
RUN ["/bin/sh", "-c", "apk add --no-cache curl $MORE"]
