FROM ruby:3.2-alpine3.18 AS builder
ENV BUNDLE_DEPLOYMENT=1 BUNDLE_WITHOUT=development:test
RUN apk add --update --no-cache build-base git nodejs postgresql-dev tzdata yarn
RUN bundle install && bundle clean --force \
 && rm -rf /usr/local/bundle/cache/*.gem \
 && find /usr/local/bundle/gems/ -name "*.c" -delete

FROM ruby:3.2-alpine3.18
ARG ADDITIONAL_PACKAGES
RUN apk add --update --no-cache \
    postgresql-client \
    tzdata \
    $ADDITIONAL_PACKAGES
COPY --from=builder /usr/local/bundle/ /usr/local/bundle/
