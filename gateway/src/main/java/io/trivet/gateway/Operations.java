package io.trivet.gateway;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.key.BucketName;
import io.trivet.gateway.signature.Query;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Says which operation of S3 a request is: by its method, what it names, and its query. */
final class Operations {
    private static final String TAGGING = "tagging";

    /** They are of S3, and name something that Trivet has not. */
    private static final List<String> ABSENT = List.of(
            "accelerate",
            "analytics",
            "cors",
            "encryption",
            "intelligent-tiering",
            "inventory",
            "legal-hold",
            "lifecycle",
            "logging",
            "metrics",
            "notification",
            "object-lock",
            "ownershipControls",
            "policy",
            "policyStatus",
            "publicAccessBlock",
            "replication",
            "requestPayment",
            "restore",
            "retention",
            "select",
            "session",
            TAGGING, // of a bucket
            "torrent",
            "versioning",
            "website");

    private final BucketOperations buckets;
    private final Lists lists;
    private final ObjectReads reads;
    private final ObjectWrites writes;
    private final Deletions deletions;
    private final MultipartUploads uploads;
    private final Settings settings = new Settings();
    private final RemotePath root;

    Operations(GatewayOptions options, UploadMemory memory) {
        this.root = options.root();
        this.buckets = new BucketOperations(root);
        this.lists = new Lists(root);
        OpenReads open = new OpenReads(options.limits().openFiles());
        this.reads = new ObjectReads(open);
        this.writes = new ObjectWrites(root, memory, open);
        this.deletions = new Deletions(root);
        this.uploads = new MultipartUploads(root, writes, open);
    }

    void service(Exchange exchange) throws IOException {
        switch (exchange.head().method()) {
            case "GET", "HEAD" -> buckets.list(exchange);
            default -> throw notAllowed();
        }
    }

    void bucket(Exchange exchange, BucketName bucket) throws IOException {
        Query query = exchange.query();
        Optional<String> absent = absent(query);
        switch (exchange.head().method()) {
            case "GET" -> {
                if (absent.isPresent() || query.has("acl")) {
                    Place.requireBucket(exchange.client(), Place.directory(root, bucket));
                    settings.ofBucket(exchange, absent.orElse("acl"));
                } else if (query.has("location")) {
                    buckets.location(exchange, bucket);
                } else if (query.has("uploads")) {
                    uploads.list(exchange, bucket);
                } else if (query.has("versions")) {
                    lists.versions(exchange, bucket);
                } else if (query.value("list-type").filter("2"::equals).isPresent()) {
                    lists.second(exchange, bucket);
                } else {
                    lists.first(exchange, bucket);
                }
            }
            case "HEAD" -> buckets.head(exchange, bucket);
            case "PUT" -> {
                if (absent.isPresent()) {
                    throw notImplemented(absent.get());
                } else if (query.has("acl")) {
                    Place.requireBucket(exchange.client(), Place.directory(root, bucket));
                    settings.putAcl(exchange);
                } else {
                    buckets.create(exchange, bucket);
                }
            }
            case "DELETE" -> {
                if (absent.isPresent()) {
                    Place.requireBucket(exchange.client(), Place.directory(root, bucket));
                    exchange.empty(204); // it is not there
                } else {
                    buckets.delete(exchange, bucket);
                }
            }
            case "POST" -> {
                if (query.has("delete")) {
                    deletions.several(exchange, bucket);
                } else {
                    throw new S3Exception(
                            S3Error.NOT_IMPLEMENTED, "Uploads by the form of a browser are not implemented.");
                }
            }
            default -> throw notAllowed();
        }
    }

    void object(Exchange exchange, BucketName bucket, String key) throws IOException {
        Query query = exchange.query();
        if (query.value("versionId").filter(id -> !id.equals("null")).isPresent()) {
            throw new S3Exception(
                    S3Error.NO_SUCH_VERSION, "There are no versions; the only one that an object has is called null.");
        }
        Place place = Place.of(root, bucket, key);
        Optional<String> absent = absent(query);
        switch (exchange.head().method()) {
            case "GET" -> {
                if (query.has("uploadId")) {
                    uploads.parts(exchange, place);
                } else if (query.has("attributes")) {
                    reads.attributes(exchange, place);
                } else if (query.has(TAGGING)) {
                    ObjectTags.get(exchange, place);
                } else if (absent.isPresent() || query.has("acl")) {
                    place.require(exchange.client());
                    settings.ofObject(exchange, absent.orElse("acl"));
                } else {
                    reads.get(exchange, place);
                }
            }
            case "HEAD" -> reads.head(exchange, place);
            case "PUT" -> {
                if (query.has("uploadId") || query.has("partNumber")) {
                    uploads.put(exchange, place);
                } else if (query.has(TAGGING)) {
                    ObjectTags.put(exchange, place);
                } else if (absent.isPresent()) {
                    throw notImplemented(absent.get());
                } else if (query.has("acl")) {
                    place.require(exchange.client());
                    settings.putAcl(exchange);
                } else if (exchange.header("x-amz-copy-source").isPresent()) {
                    writes.copy(exchange, place);
                } else {
                    writes.put(exchange, place);
                }
            }
            case "DELETE" -> {
                if (query.has("uploadId")) {
                    uploads.abort(exchange, place);
                } else if (query.has(TAGGING)) {
                    ObjectTags.delete(exchange, place);
                } else if (absent.isPresent()) {
                    place.require(exchange.client());
                    exchange.empty(204); // it is not there
                } else {
                    deletions.one(exchange, place);
                }
            }
            case "POST" -> {
                if (query.has("uploads")) {
                    uploads.begin(exchange, place);
                } else if (query.has("uploadId")) {
                    uploads.complete(exchange, place);
                } else {
                    throw absent.map(Operations::notImplemented).orElseGet(Operations::notAllowed);
                }
            }
            default -> throw notAllowed();
        }
    }

    private static Optional<String> absent(Query query) {
        return ABSENT.stream().filter(query::has).findFirst();
    }

    private static S3Exception notImplemented(String what) {
        return new S3Exception(S3Error.NOT_IMPLEMENTED, "Trivet does not implement this of S3: " + what + ".");
    }

    private static S3Exception notAllowed() {
        return new S3Exception(S3Error.METHOD_NOT_ALLOWED, "This method is not allowed here.");
    }
}
