package io.trivet.gateway;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.xml.XmlDocument;
import io.trivet.gateway.xml.XmlElement;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** What clients ask of the settings of buckets and objects, answered as S3 does where nothing was set. */
final class Settings {
    private static final Set<String> OWN_ACLS = Set.of("private", "bucket-owner-full-control", "bucket-owner-read");

    /** Throws what S3 answers where there is none. */
    void ofBucket(Exchange exchange, String which) throws IOException {
        switch (which) {
            case "acl" -> acl(exchange);
            case "versioning" -> exchange.document(XmlDocument.of("VersioningConfiguration", _ -> {}));
            case "logging" -> exchange.document(XmlDocument.of("BucketLoggingStatus", _ -> {}));
            case "notification" -> exchange.document(XmlDocument.of("NotificationConfiguration", _ -> {}));
            case "accelerate" -> exchange.document(XmlDocument.of("AccelerateConfiguration", _ -> {}));
            case "requestPayment" ->
                exchange.document(XmlDocument.of(
                        "RequestPaymentConfiguration", document -> document.element("Payer", "BucketOwner")));
            case "policy", "policyStatus" ->
                throw none(S3Error.NO_SUCH_BUCKET_POLICY, "The bucket policy does not exist");
            case "cors" -> throw none(S3Error.NO_SUCH_CORS, "The CORS configuration does not exist");
            case "lifecycle" -> throw none(S3Error.NO_SUCH_LIFECYCLE, "The lifecycle configuration does not exist");
            case "tagging" -> throw none(S3Error.NO_SUCH_TAG_SET, "The TagSet does not exist");
            case "encryption" ->
                throw none(S3Error.NO_SUCH_ENCRYPTION, "The server side encryption configuration was not found");
            case "object-lock" ->
                throw none(S3Error.NO_SUCH_OBJECT_LOCK, "Object Lock configuration does not exist for this bucket");
            case "ownershipControls" ->
                throw none(S3Error.NO_SUCH_OWNERSHIP, "The bucket ownership controls were not found");
            case "publicAccessBlock" ->
                throw none(S3Error.NO_SUCH_PUBLIC_ACCESS_BLOCK, "The public access block configuration was not found");
            case "replication" ->
                throw none(S3Error.NO_SUCH_REPLICATION, "The replication configuration was not found");
            case "website" ->
                throw none(S3Error.NO_SUCH_WEBSITE, "The specified bucket does not have a website configuration");
            default -> throw notImplemented(which);
        }
    }

    /** The same of an object. */
    void ofObject(Exchange exchange, String which) throws IOException {
        switch (which) {
            case "acl" -> acl(exchange);
            case "legal-hold", "retention" ->
                throw none(S3Error.NO_SUCH_OBJECT_LOCK, "The object has no Object Lock configuration");
            default -> throw notImplemented(which);
        }
    }

    private static S3Exception none(S3Error error, String sentence) {
        return new S3Exception(error, sentence + ".");
    }

    private static S3Exception notImplemented(String which) {
        return none(S3Error.NOT_IMPLEMENTED, "Trivet does not implement this of S3: " + which);
    }

    private static void acl(Exchange exchange) throws IOException {
        exchange.document(XmlDocument.of("AccessControlPolicy", document -> {
            owner(document, "Owner", exchange.accessKey());
            document.element(
                    "AccessControlList",
                    list -> list.element("Grant", grant -> {
                        grant.element("Grantee", grantee -> {
                            grantee.type("CanonicalUser");
                            grantee.element("ID", exchange.accessKey()).element("DisplayName", exchange.accessKey());
                        });
                        grant.element("Permission", "FULL_CONTROL");
                    }));
        }));
    }

    /** Whoever asks is shown as the owner: who may do what is said by the rights of Trivet. */
    static void owner(XmlDocument document, String element, String user) {
        document.element(element, owner -> owner.element("ID", user).element("DisplayName", user));
    }

    /** Nothing is kept of an ACL: one that says no more than that it is the owner's is as good as kept. */
    void putAcl(Exchange exchange) throws IOException {
        requireOwnAcl(exchange);
        if (exchange.header("x-amz-acl").isEmpty() && !isOwn(exchange)) {
            throw noAcls();
        }
        exchange.empty(200);
    }

    /** As {@link #acl} gives it: clients send it along with a copy. */
    private static boolean isOwn(Exchange exchange) throws IOException {
        List<XmlElement> grants =
                XmlElement.parse(exchange.document()).named("AccessControlPolicy").all("AccessControlList").stream()
                        .flatMap(list -> list.all("Grant").stream())
                        .toList();
        return !grants.isEmpty()
                && grants.stream()
                        .flatMap(grant -> grant.all("Grantee").stream())
                        .map(grantee -> grantee.value("ID"))
                        .allMatch(id -> id.filter(exchange.accessKey()::equals).isPresent());
    }

    private static S3Exception noAcls() {
        return new S3Exception(S3Error.ACL_NOT_SUPPORTED, "There are no ACLs: give rights with `trivet user grant`.");
    }

    /** Throws {@code AccessControlListNotSupported} for what would open something to others. */
    static void requireOwnAcl(Exchange exchange) {
        boolean opens = exchange.header("x-amz-acl")
                .filter(acl -> !OWN_ACLS.contains(acl))
                .isPresent();
        if (opens || !exchange.headersThatBegin("x-amz-grant-").isEmpty()) {
            throw noAcls();
        }
    }
}
