# The mock IBM Cloud in a container: `docker build -t wml-auth-mock . && docker run --rm -p 8080:8080 wml-auth-mock`
#
# The first line that the container prints is JSON with working credentials. A seed makes them the same every time:
#   docker run --rm -p 8080:8080 -p 8081:8081 wml-auth-mock mock --host 0.0.0.0 --port 8080 --admin-port 8081 --seed 7
# `GET http://…:8081/healthz` says that it is there. Whoever reaches the ports may do everything: publish them no further
# than the tests need.

# On Alpine the host is musl, and the binary therefore static. `ring` brings C, which needs a compiler.
FROM rust:1.95-alpine AS build
RUN apk add --no-cache gcc musl-dev
WORKDIR /source
COPY . .
RUN cargo build --release --locked -p wml-auth-cli --bin wml-auth \
    && cp target/release/wml-auth /wml-auth

# No shell, no package manager, and not root. It has /tmp, where `--tls` writes the certificate of its authority.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /wml-auth /wml-auth
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
ENTRYPOINT ["/wml-auth"]
CMD ["mock", "--host", "0.0.0.0", "--port", "8080", "--admin-port", "8081"]
