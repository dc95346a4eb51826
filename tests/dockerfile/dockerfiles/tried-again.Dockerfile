FROM alpine:3.18
RUN for i in 1 2 3; do apk add --no-cache curl && break || sleep 5; done
RUN n=0; until [ "$n" -ge 5 ]; do apk add --no-cache jq && break; n=$((n+1)); sleep 3; done
RUN while ! apk add --no-cache git; do sleep 1; done
RUN for attempt in $(seq 1 5); do apk add --no-cache less && break; sleep "$attempt"; done
