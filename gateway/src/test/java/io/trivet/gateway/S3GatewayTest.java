package io.trivet.gateway;

import static io.trivet.gateway.TestGateway.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.MetadataChange;
import io.trivet.client.Progress;
import io.trivet.gateway.signature.Query;
import io.trivet.model.Condition;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each operation, over HTTP, against a real node. */
class S3GatewayTest {
    @TempDir
    static Path base;

    private static TestGateway s3;

    @BeforeAll
    static void begin() throws IOException {
        s3 = TestGateway.start(base);
    }

    @AfterAll
    static void end() {
        s3.close();
    }

    private static String bucket(String name) {
        assertThat(s3.put("/" + name, "").statusCode()).isEqualTo(200);
        return "/" + name;
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void is(int status, HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    }

    private static void fails(int status, String code, HttpResponse<byte[]> response) {
        is(status, response);
        assertThat(text(response)).contains("<Code>" + code + "</Code>").contains("<RequestId>");
        assertThat(response.headers().firstValue("x-amz-request-id")).isPresent();
    }

    private static List<String> all(String element, String document) {
        Matcher found =
                Pattern.compile("<" + element + ">([^<]*)</" + element + ">").matcher(document);
        List<String> values = new ArrayList<>();
        while (found.find()) {
            values.add(found.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
        }
        return values;
    }

    private static String tag(HttpResponse<byte[]> response) {
        return response.headers().firstValue("etag").orElseThrow();
    }

    @Test
    void anObjectIsAFileAndAFileIsAnObject() throws IOException {
        String bucket = bucket("both-ways");
        byte[] content = bytes(3 * TestGateway.CHUNK + 77);
        HttpResponse<byte[]> put = s3.put(bucket + "/a/b.bin", content);
        is(200, put);
        ByteArrayOutputStream loaded = new ByteArrayOutputStream();
        s3.client.load(RemotePath.parse("/s3/both-ways/a/b.bin"), loaded, Progress.NONE);
        assertThat(loaded.toByteArray()).isEqualTo(content);

        s3.client.save(
                new ByteArrayInputStream(content), RemotePath.parse("/s3/both-ways/x y/ü&<>.bin"), Progress.NONE);
        HttpResponse<byte[]> got = s3.get(bucket + "/x y/ü&<>.bin", "");
        is(200, got);
        assertThat(got.body()).isEqualTo(content);
        assertThat(tag(got)).as("no MD5 of what came otherwise").matches("\"[0-9a-f]{32}-1\"");
        assertThat(tag(put)).matches("\"[0-9a-f]{32}\"");
        assertThat(all("Key", text(s3.get(bucket, "list-type=2")))).containsExactly("a/b.bin", "x y/ü&<>.bin");
    }

    @Test
    void bucketsAreMadeListedAndDeletedWhenTheyAreEmpty() {
        String bucket = bucket("some.bucket");
        fails(409, "BucketAlreadyOwnedByYou", s3.put(bucket, ""));
        fails(400, "InvalidBucketName", s3.put("/Upper", ""));
        fails(400, "InvalidBucketName", s3.put("/a", ""));
        assertThat(all("Name", text(s3.get("/", "")))).contains("some.bucket");
        is(200, s3.send("HEAD", bucket, "", Map.of(), new byte[0]));
        is(404, s3.send("HEAD", "/nowhere", "", Map.of(), new byte[0]));
        assertThat(text(s3.get(bucket, "location"))).contains("<LocationConstraint");
        is(200, s3.put(bucket + "/d/e/f", "x"));
        fails(409, "BucketNotEmpty", s3.delete(bucket));
        is(204, s3.delete(bucket + "/d/e/f"));
        assertThat(all("Key", text(s3.get(bucket, "")))).isEmpty();
        is(204, s3.delete(bucket));
        fails(404, "NoSuchBucket", s3.get(bucket, ""));
        fails(404, "NoSuchBucket", s3.put(bucket + "/x", "x"));
        fails(404, "NoSuchBucket", s3.delete(bucket));
    }

    @Test
    void directoriesThatOnlyExistForKeysGoWithTheLastOne() {
        String bucket = bucket("prune");
        s3.put(bucket + "/a/b/1", "x");
        s3.put(bucket + "/a/2", "x");
        is(204, s3.delete(bucket + "/a/b/1"));
        assertThat(ClientTree.stat(s3.client, RemotePath.parse("/s3/prune/a/b")))
                .isEmpty();
        is(204, s3.delete(bucket + "/a/2"));
        assertThat(ClientTree.stat(s3.client, RemotePath.parse("/s3/prune/a"))).isEmpty();
        assertThat(ClientTree.stat(s3.client, RemotePath.parse("/s3/prune"))).isPresent();
        is(204, s3.delete(bucket + "/never/was"));
    }

    /** A link has no bytes, and what it leads to is not the gateway's to give. */
    @Test
    void symbolicLinksAreNoObjects() {
        String bucket = bucket("links");
        is(200, s3.put(bucket + "/dir/file", "x"));
        RemotePath link = RemotePath.parse("/s3/links/dir/link");
        s3.client.createLink(link, "file", MetadataChange.NONE);
        assertThat(all("Key", text(s3.get(bucket, "list-type=2")))).containsExactly("dir/file");
        fails(404, "NoSuchKey", s3.get(bucket + "/dir/link", ""));
        is(404, s3.send("HEAD", bucket + "/dir/link", "", Map.of(), new byte[0]));
        fails(404, "NoSuchKey", s3.get(bucket + "/dir/link/below", ""));
        is(204, s3.delete(bucket + "/dir/link"));
        assertThat(s3.client.readLink(link)).isEqualTo("file");
        is(200, s3.put(bucket + "/dir/link", ""));
        assertThat(text(s3.get(bucket + "/dir/link", ""))).isEmpty();
        assertThat(s3.client.stat(link))
                .isInstanceOfSatisfying(
                        NameEntry.File.class,
                        file -> assertThat(file.record().chunkCount()).isZero());
    }

    @Test
    void aKeyThatEndsWithASlashIsADirectory() {
        String bucket = bucket("markers");
        is(200, s3.put(bucket + "/dir/", ""));
        fails(400, "InvalidArgument", s3.put(bucket + "/dir/", "bytes"));
        is(200, s3.get(bucket + "/dir/", ""));
        fails(404, "NoSuchKey", s3.get(bucket + "/dir", ""));
        assertThat(all("Key", text(s3.get(bucket, "list-type=2")))).containsExactly("dir/");
        assertThat(all("Prefix", text(s3.get(bucket, "list-type=2&delimiter=%2F"))))
                .containsExactly("", "dir/");
        assertThat(all("Key", text(s3.get(bucket, "prefix=dir%2F&delimiter=%2F"))))
                .containsExactly("dir/");
        fails(409, "KeyIsPrefix", s3.put(bucket + "/dir", "x"));
        is(200, s3.put(bucket + "/dir/file", "x"));
        fails(409, "PrefixIsObject", s3.put(bucket + "/dir/file/below", "x"));
        fails(409, "PrefixIsObject", s3.put(bucket + "/dir/file/", ""));
        is(204, s3.delete(bucket + "/dir/"));
        is(200, s3.get(bucket + "/dir/file", ""));
        is(204, s3.delete(bucket + "/dir/file"));
        is(200, s3.put(bucket + "/dir/", ""));
        is(204, s3.delete(bucket + "/dir"));
        is(200, s3.get(bucket + "/dir/", ""));
        is(204, s3.delete(bucket + "/dir/"));
        is(404, s3.get(bucket + "/dir/", ""));
    }

    @Test
    void keysThatCanBeNoPathAreRefusedPrecisely() {
        String bucket = bucket("paths");
        for (String key :
                List.of("a//b", "/a", "a/../b", "./a", "..", "a/.", "x".repeat(256), ".trivet-s3/uploads/x")) {
            fails(400, "InvalidArgument", s3.put(bucket + "/" + key, "x"));
            fails(400, "InvalidArgument", s3.get(bucket + "/" + key, ""));
        }
        fails(400, "KeyTooLongError", s3.put(bucket + "/" + "12345678/".repeat(120), "x"));
        for (String key : List.of("a;b", "a\\b", "a?b", "a%2Fb", "a+b", "a b", "~", "日本", "a#b", "\ud83d\ude00")) {
            is(200, s3.put(bucket + "/" + key, key));
            assertThat(text(s3.get(bucket + "/" + key, ""))).isEqualTo(key);
            assertThat(ClientTree.stat(s3.client, RemotePath.parse("/s3/paths/" + key)))
                    .isPresent();
        }
    }

    @Test
    void listsComeInTheOrderOfTheBytesOfKeysInPagesOfAnySize() {
        String bucket = bucket("lists");
        TreeSet<String> keys = new TreeSet<>(List.of(
                "a/x", "a-b", "a.txt", "a0", "a!/y", "b/c/d", "b/c-d", "b/c/e/f", "c", "b-/1", "zz/1", "zz/2", "zz/3"));
        keys.forEach(key -> is(200, s3.put(bucket + "/" + key, "x")));
        assertThat(all("Key", text(s3.get(bucket, "")))).containsExactlyElementsOf(keys);
        for (String form : List.of("list-type=2", "list-type=1")) {
            for (int size = 1; size < 5; size++) {
                assertThat(pages(bucket, form + "&max-keys=" + size)).containsExactlyElementsOf(keys);
                assertThat(pages(bucket, form + "&delimiter=%2F&max-keys=" + size))
                        .containsExactly("a!/", "a-b", "a.txt", "a/", "a0", "b-/", "b/", "c", "zz/");
                assertThat(pages(bucket, form + "&delimiter=-&max-keys=" + size))
                        .containsExactly(
                                "a!/y", "a-", "a.txt", "a/x", "a0", "b-", "b/c-", "b/c/d", "b/c/e/f", "c", "zz/1",
                                "zz/2", "zz/3");
                assertThat(pages(bucket, form + "&prefix=b%2Fc&delimiter=%2F&max-keys=" + size))
                        .containsExactly("b/c-d", "b/c/");
            }
        }
        assertThat(all("Key", text(s3.get(bucket, "list-type=2&start-after=b%2Fc-d"))))
                .containsExactlyElementsOf(keys.tailSet("b/c-d", false));
        assertThat(all("Key", text(s3.get(bucket, "encoding-type=url&prefix=a%21"))))
                .containsExactly("a%21/y");
        assertThat(all("DisplayName", text(s3.get(bucket, "list-type=2&fetch-owner=true&max-keys=1"))))
                .containsExactly(s3.accessKey());
        assertThat(all("VersionId", text(s3.get(bucket, "versions&prefix=zz"))))
                .containsExactly("null", "null", "null");
        fails(400, "InvalidArgument", s3.get(bucket, "max-keys=-1"));
        fails(400, "InvalidArgument", s3.get(bucket, "list-type=2&continuation-token=%21"));
        assertThat(all("IsTruncated", text(s3.get(bucket, "list-type=2&max-keys=0"))))
                .containsExactly("false");
    }

    /** Of all pages, keys and common prefixes in the order of their bytes. */
    private static List<String> pages(String bucket, String query) {
        List<String> found = new ArrayList<>();
        String more = "";
        do {
            String document = text(s3.get(bucket, query + more));
            List<String> page = new ArrayList<>(all("Key", document));
            Matcher prefixes =
                    Pattern.compile("<CommonPrefixes><Prefix>([^<]*)").matcher(document);
            while (prefixes.find()) {
                page.add(prefixes.group(1));
            }
            page.sort(null);
            found.addAll(page);
            more = all("IsTruncated", document).equals(List.of("true"))
                    ? query.contains("list-type=2")
                            ? "&continuation-token="
                                    + all("NextContinuationToken", document).getFirst()
                            : "&marker="
                                    + all("NextMarker", document).getFirst().replace("/", "%2F")
                    : "";
        } while (!more.isEmpty());
        return found;
    }

    @Test
    void partsOfAnObjectAreRead() {
        String bucket = bucket("ranges");
        byte[] content = bytes(2 * TestGateway.CHUNK + 10);
        s3.put(bucket + "/o", content);
        Map<String, int[]> ranges = new TreeMap<>(Map.of(
                "bytes=0-0", new int[] {0, 1},
                "bytes=5-", new int[] {5, content.length},
                "bytes=-7", new int[] {content.length - 7, content.length},
                "bytes=1048570-1048590", new int[] {1_048_570, 1_048_591},
                "bytes=100-99999999999", new int[] {100, content.length},
                "bytes=-99999999999", new int[] {0, content.length}));
        ranges.forEach((range, ends) -> {
            HttpResponse<byte[]> got = s3.send("GET", bucket + "/o", "", Map.of("range", range), new byte[0]);
            assertThat(got.statusCode()).isEqualTo(206);
            assertThat(got.headers().firstValue("content-range"))
                    .contains("bytes " + ends[0] + "-" + (ends[1] - 1) + "/" + content.length);
            assertThat(got.body()).isEqualTo(Arrays.copyOfRange(content, ends[0], ends[1]));
        });
        for (String whole : List.of("bytes=a-b", "bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,4-5")) {
            is(200, s3.send("GET", bucket + "/o", "", Map.of("range", whole), new byte[0]));
        }
        fails(416, "InvalidRange", s3.send("GET", bucket + "/o", "", Map.of("range", "bytes=9999999-"), new byte[0]));
        HttpResponse<byte[]> head = s3.send("HEAD", bucket + "/o", "", Map.of(), new byte[0]);
        assertThat(head.headers().firstValue("content-length")).contains("" + content.length);
        assertThat(head.headers().firstValue("last-modified")).isPresent();
        HttpResponse<byte[]> other = s3.get(
                bucket + "/o",
                "response-content-type=text%2Fplain&response-content-disposition=attachment%3B%20filename%3Dx");
        assertThat(other.headers().firstValue("content-type")).contains("text/plain");
        assertThat(other.headers().firstValue("content-disposition")).contains("attachment; filename=x");
        fails(400, "InvalidArgument", s3.get(bucket + "/o", "response-content-type=a%0D%0Ax%3Ay"));
        s3.put(bucket + "/empty", "");
        is(200, s3.get(bucket + "/empty", ""));
        fails(416, "InvalidRange", s3.send("GET", bucket + "/empty", "", Map.of("range", "bytes=0-"), new byte[0]));
    }

    @Test
    void conditionsHoldOrNothingIsDone() {
        String bucket = bucket("conditions");
        String tag = tag(s3.put(bucket + "/o", "one"));
        byte[] none = new byte[0];
        is(200, s3.send("GET", bucket + "/o", "", Map.of("if-match", tag), none));
        fails(412, "PreconditionFailed", s3.send("GET", bucket + "/o", "", Map.of("if-match", "\"x\""), none));
        HttpResponse<byte[]> same = s3.send("GET", bucket + "/o", "", Map.of("if-none-match", tag), none);
        is(304, same);
        assertThat(tag(same)).isEqualTo(tag);
        is(304, s3.send("GET", bucket + "/o", "", Map.of("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT"), none));
        fails(
                412,
                "PreconditionFailed",
                s3.send(
                        "GET",
                        bucket + "/o",
                        "",
                        Map.of("if-unmodified-since", "Sat, 01 Jan 2000 00:00:00 GMT"),
                        none));
        fails(
                412,
                "PreconditionFailed",
                s3.send(
                        "PUT",
                        bucket + "/o",
                        "",
                        Map.of("if-none-match", "*"),
                        "two".getBytes(StandardCharsets.UTF_8)));
        is(
                200,
                s3.send(
                        "PUT",
                        bucket + "/new",
                        "",
                        Map.of("if-none-match", "*"),
                        "two".getBytes(StandardCharsets.UTF_8)));
        is(200, s3.send("PUT", bucket + "/o", "", Map.of("if-match", tag), "two".getBytes(StandardCharsets.UTF_8)));
        fails(
                412,
                "PreconditionFailed",
                s3.send("PUT", bucket + "/o", "", Map.of("if-match", tag), "three".getBytes(StandardCharsets.UTF_8)));
        fails(
                404,
                "NoSuchKey",
                s3.send(
                        "PUT",
                        bucket + "/gone",
                        "",
                        Map.of("if-match", tag),
                        "three".getBytes(StandardCharsets.UTF_8)));
        fails(412, "PreconditionFailed", s3.send("DELETE", bucket + "/o", "", Map.of("if-match", tag), none));
        assertThat(text(s3.get(bucket + "/o", ""))).isEqualTo("two");
    }

    @Test
    void conditionsHoldOfDirectoriesToo() {
        String bucket = bucket("directory-conditions");
        byte[] none = new byte[0];
        is(200, s3.send("PUT", bucket + "/d/", "", Map.of("if-none-match", "*"), none));
        fails(412, "PreconditionFailed", s3.send("PUT", bucket + "/d/", "", Map.of("if-none-match", "*"), none));
        String tag = tag(s3.get(bucket + "/d/", ""));
        is(200, s3.send("PUT", bucket + "/d/", "", Map.of("if-match", tag), none));
        Map<String, String> copy = Map.of("x-amz-copy-source", "directory-conditions/d/", "if-none-match", "*");
        is(200, s3.send("PUT", bucket + "/e/", "", copy, none));
        fails(412, "PreconditionFailed", s3.send("PUT", bucket + "/e/", "", copy, none));
    }

    /** Of many at once one makes the object. */
    @Test
    void oneOfManyCreatesWhatIsNotThere() throws Exception {
        String bucket = bucket("exclusive");
        List<Integer> statuses = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            byte[] mine = ("writer " + i).getBytes(StandardCharsets.UTF_8);
            threads.add(Thread.ofVirtual()
                    .start(() -> statuses.add(s3.send("PUT", bucket + "/lock", "", Map.of("if-none-match", "*"), mine)
                            .statusCode())));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(statuses).containsOnly(200, 412).containsOnlyOnce(200);
    }

    @Test
    void manyObjectsAreDeletedAtOnce() {
        String bucket = bucket("several");
        StringBuilder document = new StringBuilder("<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        for (int i = 0; i < 40; i++) {
            is(200, s3.put(bucket + "/d" + i % 4 + "/a&b" + i, "x"));
            document.append("<Object><Key>d")
                    .append(i % 4)
                    .append("/a&amp;b")
                    .append(i)
                    .append("</Key></Object>");
        }
        document.append("<Object><Key>never</Key></Object><Object><Key>a//b</Key></Object></Delete>");
        HttpResponse<byte[]> result =
                s3.send("POST", bucket, "delete", Map.of(), document.toString().getBytes(StandardCharsets.UTF_8));
        is(200, result);
        assertThat(all("Key", text(result))).hasSize(42);
        assertThat(all("Code", text(result))).containsExactly("InvalidArgument");
        assertThat(all("Key", text(s3.get(bucket, "")))).isEmpty();
        is(204, s3.delete(bucket));
        bucket("several");
        for (String bad : List.of(
                "",
                "<Delete/>",
                "<Delete><Object/></Delete>",
                "x",
                "<Delete><Object><Key>a</Key></Object>",
                "<a/>",
                "<!DOCTYPE a [<!ENTITY x SYSTEM"
                        + " \"file:///etc/passwd\">]><Delete><Object><Key>&x;</Key></Object></Delete>")) {
            fails(
                    400,
                    "MalformedXML",
                    s3.send("POST", bucket, "delete", Map.of(), bad.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void objectsAreCopied() {
        String bucket = bucket("copies");
        byte[] content = bytes(TestGateway.CHUNK + 5);
        String tag = tag(s3.put(bucket + "/from/a b", content));
        HttpResponse<byte[]> copied =
                s3.send("PUT", bucket + "/to", "", Map.of("x-amz-copy-source", "/copies/from/a%20b"), new byte[0]);
        is(200, copied);
        assertThat(text(copied)).contains("<ETag>").contains(tag.replace("\"", ""));
        assertThat(s3.get(bucket + "/to", "").body()).isEqualTo(content);
        fails(
                400,
                "InvalidRequest",
                s3.send("PUT", bucket + "/to", "", Map.of("x-amz-copy-source", "copies/to"), new byte[0]));
        RemotePath path = RemotePath.parse("/s3/copies/to");
        NameEntry before = s3.client.stat(path);
        is(
                200,
                s3.send(
                        "PUT",
                        bucket + "/to",
                        "",
                        Map.of(
                                "x-amz-copy-source",
                                "copies/to",
                                "x-amz-metadata-directive",
                                "REPLACE",
                                "x-amz-meta-mtime",
                                "1600000000.25"),
                        new byte[0]));
        assertThat(s3.get(bucket + "/to", "").headers().firstValue("x-amz-meta-mtime"))
                .contains("1600000000.25");
        assertThat(Condition.unchanged(path, ((NameEntry.File) before).record().id())
                        .holds(Optional.of(s3.client.stat(path))))
                .as("the same bytes")
                .isTrue();
        assertThat(s3.get(bucket + "/to", "").body()).isEqualTo(content);
        fails(
                404,
                "NoSuchKey",
                s3.send("PUT", bucket + "/to", "", Map.of("x-amz-copy-source", "copies/none"), new byte[0]));
        fails(
                412,
                "PreconditionFailed",
                s3.send(
                        "PUT",
                        bucket + "/to2",
                        "",
                        Map.of("x-amz-copy-source", "copies/to", "x-amz-copy-source-if-match", "x"),
                        new byte[0]));
    }

    @Test
    void aBodyThatIsNotWhatWasSignedOrSummedIsNotSaved() {
        String bucket = bucket("sums");
        byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
        Map<String, String> none = Map.of();
        String sha = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        is(200, s3.send("PUT", bucket + "/1", "", none, hello, sha));
        fails(
                400,
                "XAmzContentSHA256Mismatch",
                s3.send("PUT", bucket + "/2", "", none, "hellO".getBytes(StandardCharsets.UTF_8), sha));
        fails(
                400,
                "BadDigest",
                s3.send("PUT", bucket + "/2", "", Map.of("content-md5", "AAAAAAAAAAAAAAAAAAAAAA=="), hello));
        fails(400, "InvalidDigest", s3.send("PUT", bucket + "/2", "", Map.of("content-md5", "AA"), hello));
        fails(400, "BadDigest", s3.send("PUT", bucket + "/2", "", Map.of("x-amz-checksum-crc32", "AAAAAA=="), hello));
        HttpResponse<byte[]> good =
                s3.send("PUT", bucket + "/1", "", Map.of("x-amz-checksum-crc32", "NhCmhg=="), hello);
        is(200, good);
        assertThat(good.headers().firstValue("x-amz-checksum-crc32")).contains("NhCmhg==");
        HttpResponse<byte[]> summed =
                s3.send("GET", bucket + "/1", "", Map.of("x-amz-checksum-mode", "ENABLED"), new byte[0]);
        assertThat(summed.headers().firstValue("x-amz-checksum-crc32")).contains("NhCmhg==");
        HttpResponse<byte[]> unsummed = s3.put(bucket + "/4", hello);
        is(200, unsummed);
        HttpResponse<byte[]> computed =
                s3.send("GET", bucket + "/4", "", Map.of("x-amz-checksum-mode", "ENABLED"), new byte[0]);
        assertThat(computed.headers().firstValue("x-amz-checksum-crc32c")).contains("mnG7TA==");
        String chunked = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:%s\r\n\r\n";
        for (String sum : List.of("NhCmhg==", "AAAAAA==")) {
            HttpResponse<byte[]> sent = s3.send(
                    "PUT",
                    bucket + "/3",
                    "",
                    Map.of(
                            "x-amz-decoded-content-length", "5",
                            "x-amz-trailer", "x-amz-checksum-crc32",
                            "content-encoding", "aws-chunked"),
                    chunked.formatted(sum).getBytes(StandardCharsets.UTF_8),
                    "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
            if (sum.startsWith("N")) {
                is(200, sent);
                assertThat(text(s3.get(bucket + "/3", ""))).isEqualTo("hello");
            } else {
                fails(400, "BadDigest", sent);
            }
        }
        fails(404, "NoSuchKey", s3.get(bucket + "/2", ""));
    }

    @Test
    void aPutWhoseClientDiesLeavesNothing() throws Exception {
        String bucket = bucket("dying");
        Map<String, String> signed = s3.signer()
                .sign(
                        "PUT",
                        "/dying/half",
                        Query.parse(""),
                        Map.of("host", s3.host(), "content-length", "5000000"),
                        "UNSIGNED-PAYLOAD",
                        Instant.now());
        try (Socket socket = new Socket("127.0.0.1", s3.gateway.address().port())) {
            OutputStream out = socket.getOutputStream();
            StringBuilder head = new StringBuilder("PUT /dying/half HTTP/1.1\r\n");
            signed.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            out.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            out.write(bytes(2_000_000));
            out.flush();
        }
        fails(404, "NoSuchKey", s3.get(bucket + "/half", ""));
        Thread.sleep(500);
        fails(404, "NoSuchKey", s3.get(bucket + "/half", ""));
    }

    @Test
    void anUploadInPartsIsOneObjectWhenItIsCompleted() {
        String bucket = bucket("multi");
        byte[] first = bytes(5 << 20);
        byte[] second = bytes((5 << 20) + 3);
        byte[] last = bytes(11);
        String id = begin(bucket + "/dir/big");
        String key = bucket + "/dir/big";
        String three = part(key, id, 3, last);
        String one = part(key, id, 1, bytes(100));
        one = part(key, id, 1, first); // again: the last one counts
        String two = part(key, id, 2, second);
        fails(404, "NoSuchKey", s3.get(key, ""));
        assertThat(all("Key", text(s3.get(bucket, "")))).isEmpty();
        assertThat(all("UploadId", text(s3.get(bucket, "uploads")))).containsExactly(id);
        assertThat(all("PartNumber", text(s3.get(key, "uploadId=" + id)))).containsExactly("1", "2", "3");
        assertThat(all("PartNumber", text(s3.get(key, "max-parts=1&part-number-marker=1&uploadId=" + id))))
                .containsExactly("2");
        fails(404, "NoSuchUpload", complete(bucket + "/other", id, one, two, three));
        fails(400, "InvalidPart", complete(key, id, one, "\"wrong\"", three));
        fails(
                400,
                "InvalidPartOrder",
                s3.send("POST", key, "uploadId=" + id, Map.of(), list(new int[] {2, 1}, two, one)));
        fails(400, "EntityTooSmall", s3.send("POST", key, "uploadId=" + id, Map.of(), smallFirst(key, id)));
        three = part(key, id, 3, last);
        is(200, complete(key, id, one, two, three));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(first);
        whole.writeBytes(second);
        whole.writeBytes(last);
        assertThat(s3.get(key, "").body()).isEqualTo(whole.toByteArray());
        assertThat(text(complete(key, id, one, two, three))).contains("<ETag>"); // a client that lost the answer
        fails(404, "NoSuchUpload", complete(key + "x", id, one, two, three));
        assertThat(all("UploadId", text(s3.get(bucket, "uploads")))).isEmpty();

        assertThat(ClientTree.stat(s3.client, RemotePath.parse("/s3/multi/.trivet-s3")))
                .isEmpty();

        String aborted = begin(key);
        part(key, aborted, 1, last);
        is(204, s3.send("DELETE", key, "uploadId=" + aborted, Map.of(), new byte[0]));
        fails(404, "NoSuchUpload", s3.send("PUT", key, "partNumber=1&uploadId=" + aborted, Map.of(), last));
        fails(404, "NoSuchUpload", s3.get(key, "uploadId=b..%2F.."));
        fails(400, "InvalidArgument", s3.send("PUT", key, "partNumber=10001&uploadId=" + aborted, Map.of(), last));

        String copied = begin(key + "2");
        HttpResponse<byte[]> part = s3.send(
                "PUT",
                key + "2",
                "partNumber=1&uploadId=" + copied,
                Map.of("x-amz-copy-source", "multi/dir/big", "x-amz-copy-source-range", "bytes=5-1000004"),
                new byte[0]);
        is(200, part);
        is(
                200,
                s3.send(
                        "POST",
                        key + "2",
                        "uploadId=" + copied,
                        Map.of(),
                        list(new int[] {1}, all("ETag", text(part)).getFirst())));
        assertThat(s3.get(key + "2", "").body()).isEqualTo(Arrays.copyOfRange(first, 5, 1_000_005));
        is(204, s3.delete(key));
        is(204, s3.delete(key + "2"));
        begin(bucket + "/never-completed");
        is(204, s3.delete(bucket));
    }

    /** The object has the id under which its parts were stored: no byte was moved. */
    @Test
    void partsOfOneLengthBecomeTheObjectAsTheyAre() {
        String key = bucket("pieces") + "/big";
        byte[] all = bytes((10 << 20) + 77);
        String id = begin(key);
        String two = part(key, id, 2, Arrays.copyOfRange(all, 5 << 20, 10 << 20));
        String three = part(key, id, 3, Arrays.copyOfRange(all, 10 << 20, all.length));
        String one = part(key, id, 1, Arrays.copyOf(all, 5 << 20));
        io.trivet.model.Upload upload = onlyUpload();
        assertThat(all("Size", text(s3.get(key, "uploadId=" + id)))).containsExactly("5242880", "5242880", "77");
        assertThat(all("ETag", text(s3.get(key, "uploadId=" + id)))).containsExactly(one, two, three);
        is(200, complete(key, id, one, two, three));
        assertThat(s3.get(key, "").body()).isEqualTo(all);
        assertThat(((NameEntry.File) s3.client.stat(RemotePath.parse("/s3/pieces/big")))
                        .record()
                        .id())
                .isEqualTo(upload.file());
        assertThat(s3.client.uploads().list()).isEmpty();
        assertThat(ClientTree.stat(s3.client, RemotePath.parse("/s3/pieces/.trivet-s3")))
                .isEmpty();
    }

    private static io.trivet.model.Upload onlyUpload() {
        List<io.trivet.model.Upload> uploads = new ArrayList<>();
        s3.client.uploads().list().forEach(uploads::add);
        assertThat(uploads).hasSize(1);
        return uploads.getFirst();
    }

    @Test
    void aPartThatIsSentAgainCounts() {
        String key = bucket("again") + "/big";
        byte[] first = bytes(5 << 20);
        byte[] other = bytes(5 << 20);
        other[12_345] ^= 1;
        byte[] last = bytes(9);
        String id = begin(key);
        String one = part(key, id, 1, first);
        assertThat(part(key, id, 1, first)).as("the same bytes").isEqualTo(one);
        String two = part(key, id, 2, last);
        String changed = part(key, id, 1, other);
        assertThat(changed).isNotEqualTo(one);
        fails(400, "InvalidPart", s3.send("POST", key, "uploadId=" + id, Map.of(), list(new int[] {1, 2}, one, two)));
        is(200, s3.send("POST", key, "uploadId=" + id, Map.of(), list(new int[] {1, 2}, changed, two)));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(other);
        whole.writeBytes(last);
        assertThat(s3.get(key, "").body()).isEqualTo(whole.toByteArray());
        assertThat(s3.client.uploads().list()).isEmpty();
    }

    /** A body that is not what it says is no part, and does not keep the right one from being one. */
    @Test
    void aPartWithAWrongChecksumIsNone() {
        String key = bucket("wrongsum") + "/big";
        byte[] first = bytes(5 << 20);
        String id = begin(key);
        HttpResponse<byte[]> wrong =
                s3.send("PUT", key, "partNumber=1&uploadId=" + id, Map.of("x-amz-checksum-crc32c", "AAAAAA=="), first);
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(all("PartNumber", text(s3.get(key, "uploadId=" + id)))).isEmpty();
        String one = part(key, id, 1, first);
        is(200, s3.send("POST", key, "uploadId=" + id, Map.of(), list(new int[] {1}, one)));
        assertThat(s3.get(key, "").body()).isEqualTo(first);
    }

    @Test
    void anAbortedUploadLeavesNoPieces() {
        String key = bucket("leftovers") + "/big";
        String id = begin(key);
        part(key, id, 1, bytes(5 << 20));
        onlyUpload();
        is(204, s3.send("DELETE", key, "uploadId=" + id, Map.of(), new byte[0]));
        assertThat(s3.client.uploads().list()).isEmpty();
    }

    @Test
    void anUploadThatIsCompletedTwiceAtOnceSaysItTwice() throws Exception {
        String key = bucket("twice") + "/o";
        String id = begin(key);
        String one = part(key, id, 1, bytes(5 << 20));
        List<Integer> statuses = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofVirtual()
                    .start(() -> statuses.add(s3.send("POST", key, "uploadId=" + id, Map.of(), list(new int[] {1}, one))
                            .statusCode())));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(statuses).containsExactly(200, 200, 200, 200);
        assertThat(s3.get(key, "").body()).isEqualTo(bytes(5 << 20));
    }

    /** What an abort takes away is the upload's. */
    @Test
    void aDirectoryThatSomebodyMadeStaysWhenAnUploadIntoItIsAborted() {
        String bucket = bucket("aborted");
        is(200, s3.put(bucket + "/mine/", ""));
        String id = begin(bucket + "/mine/o");
        is(204, s3.send("DELETE", bucket + "/mine/o", "uploadId=" + id, Map.of(), new byte[0]));
        is(200, s3.get(bucket + "/mine/", ""));
    }

    @Test
    void aUserDoesWhatItsRightsSayAndNoMore() {
        String bucket = bucket("shared");
        byte[] none = new byte[0];
        byte[] some = "some".getBytes(StandardCharsets.UTF_8);
        s3.put(bucket + "/secret", "x");
        s3.put(bucket + "/guest/theirs", "x");
        fails(403, "AccessDenied", s3.sendAsGuest("GET", bucket + "/secret", "", Map.of(), none));
        fails(403, "AccessDenied", s3.sendAsGuest("GET", bucket, "", Map.of(), none));
        fails(403, "AccessDenied", s3.sendAsGuest("GET", "/", "", Map.of(), none));
        fails(403, "AccessDenied", s3.sendAsGuest("PUT", bucket + "/mine", "", Map.of(), some));
        fails(403, "AccessDenied", s3.sendAsGuest("PUT", "/guests-bucket", "", Map.of(), none));
        fails(403, "AccessDenied", s3.sendAsGuest("DELETE", bucket + "/secret", "", Map.of(), none));
        fails(
                403,
                "AccessDenied",
                s3.sendAsGuest("PUT", bucket + "/guest/copy", "", Map.of("x-amz-copy-source", "shared/secret"), none));
        is(200, s3.sendAsGuest("PUT", bucket + "/guest/a/mine", "", Map.of(), some));
        assertThat(all("Key", text(s3.sendAsGuest("GET", bucket, "prefix=guest/", Map.of(), none))))
                .containsExactly("guest/a/mine", "guest/theirs");

        String key = bucket + "/guest/b/big";
        String id = all("UploadId", text(s3.sendAsGuest("POST", key, "uploads", Map.of(), none)))
                .getFirst();
        HttpResponse<byte[]> part = s3.sendAsGuest("PUT", key, "partNumber=1&uploadId=" + id, Map.of(), some);
        is(200, part);
        assertThat(all("UploadId", text(s3.sendAsGuest("GET", bucket, "uploads&prefix=guest/b/", Map.of(), none))))
                .containsExactly(id);
        assertThat(all("Key", text(s3.get(bucket, "")))).containsExactly("guest/a/mine", "guest/theirs", "secret");
        fails(400, "InvalidArgument", s3.get(bucket + "/guest/b/.trivet-s3/uploads/" + id + "/p00001", ""));
        is(200, s3.sendAsGuest("POST", key, "uploadId=" + id, Map.of(), list(new int[] {1}, tag(part))));
        assertThat(text(s3.sendAsGuest("GET", key, "", Map.of(), none))).isEqualTo("some");
        String other = all("UploadId", text(s3.sendAsGuest("POST", bucket + "/guest/c/d", "uploads", Map.of(), none)))
                .getFirst();
        is(204, s3.sendAsGuest("DELETE", bucket + "/guest/c/d", "uploadId=" + other, Map.of(), none));
        assertThat(ClientTree.stat(s3.client, RemotePath.parse("/s3/shared/guest/c")))
                .isEmpty();
    }

    @Test
    void theChecksumOfTheWholeIsComparedWhenPartsAreJoined() {
        String bucket = bucket("whole");
        byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
        for (String sum : List.of("AAAAAA==", "NhCmhg==", "AAAAAA==-1")) {
            String id = begin(bucket + "/x");
            String tag = part(bucket + "/x", id, 1, hello);
            HttpResponse<byte[]> completed = s3.send(
                    "POST",
                    bucket + "/x",
                    "uploadId=" + id,
                    Map.of("x-amz-checksum-crc32", sum),
                    list(new int[] {1}, tag));
            if (sum.equals("AAAAAA==")) {
                fails(400, "BadDigest", completed);
                fails(404, "NoSuchKey", s3.get(bucket + "/x", ""));
            } else {
                is(200, completed);
                assertThat(text(completed).contains("FULL_OBJECT")).isEqualTo(sum.startsWith("N"));
            }
        }
    }

    @Test
    void textBeyondAsciiInHeadersIsSignedAsUtf8() throws IOException {
        String bucket = bucket("umlauts");
        for (java.nio.charset.Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1)) {
            Map<String, String> signed = s3.signer()
                    .sign(
                            "PUT",
                            "/umlauts/x",
                            Query.parse(""),
                            Map.of("host", s3.host(), "content-length", "0", "x-amz-meta-a", "\u00fc\u00e9"),
                            "UNSIGNED-PAYLOAD",
                            Instant.now());
            try (Socket socket = new Socket("127.0.0.1", s3.gateway.address().port())) {
                socket.setSoTimeout(10_000);
                StringBuilder head = new StringBuilder("PUT /umlauts/x HTTP/1.1\r\n");
                signed.forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
                socket.getOutputStream().write(head.append("\r\n").toString().getBytes(charset));
                byte[] answer = socket.getInputStream().readNBytes(12);
                assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
            }
        }
        is(204, s3.delete(bucket + "/x"));
    }

    @Test
    void anObjectIsDeletedOnlyAsItWasMeant() {
        String bucket = bucket("meant");
        byte[] none = new byte[0];
        String tag = tag(s3.put(bucket + "/o", "12345"));
        String time =
                s3.get(bucket + "/o", "").headers().firstValue("last-modified").orElseThrow();
        for (Map<String, String> wrong : List.of(
                Map.of("if-match", "\"x\""),
                Map.of("x-amz-if-match-size", "4"),
                Map.of("x-amz-if-match-last-modified-time", "Thu, 01 Jan 2015 00:00:00 GMT"))) {
            fails(412, "PreconditionFailed", s3.send("DELETE", bucket + "/o", "", wrong, none));
        }
        fails(
                400,
                "InvalidArgument",
                s3.send("DELETE", bucket + "/o", "", Map.of("x-amz-if-match-last-modified-time", "soon"), none));
        byte[] several =
                "<Delete><Object><Key>o</Key><Size>4</Size></Object></Delete>".getBytes(StandardCharsets.UTF_8);
        assertThat(all("Code", text(s3.send("POST", bucket, "delete", Map.of(), several))))
                .containsExactly("PreconditionFailed");
        Map<String, String> right =
                Map.of("if-match", tag, "x-amz-if-match-size", "5", "x-amz-if-match-last-modified-time", time);
        is(204, s3.send("DELETE", bucket + "/o", "", right, none));
        is(204, s3.send("DELETE", bucket + "/o", "", Map.of("if-match", "\"x\""), none));
        fails(404, "NoSuchKey", s3.get(bucket + "/o", ""));
    }

    @Test
    void bucketsAreListedInPages() {
        bucket("page-1");
        bucket("page-2");
        String first = text(s3.get("/", "prefix=page-&max-buckets=1"));
        assertThat(all("Name", first)).containsExactly("page-1");
        String token = all("ContinuationToken", first).getFirst();
        String second = text(s3.get("/", "prefix=page-&max-buckets=1&continuation-token=" + token));
        assertThat(all("Name", second)).containsExactly("page-2");
        assertThat(all("ContinuationToken", second)).isEmpty();
    }

    @Test
    void uploadsThatNobodyAddsToExpire() {
        String bucket = bucket("expiry");
        String id = begin(bucket + "/x");
        part(bucket + "/x", id, 1, bytes(10));
        RemotePath uploads = RemotePath.parse("/s3/expiry/.trivet-s3/uploads");
        UploadFiles.expire(s3.client, uploads, Instant.now().plus(Duration.ofDays(6)));
        is(200, s3.get(bucket + "/x", "uploadId=" + id));
        UploadFiles.expire(s3.client, uploads, Instant.now().plus(Duration.ofDays(8)));
        fails(404, "NoSuchUpload", s3.get(bucket + "/x", "uploadId=" + id));
    }

    /** More than the gateway takes: those that say nothing give way. */
    @Test
    void silentConnectionsMakeRoom() throws IOException {
        String bucket = bucket("silent");
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 1_100; i++) {
                silent.add(new Socket("127.0.0.1", s3.gateway.address().port()));
            }
            try (Socket socket = new Socket("127.0.0.1", s3.gateway.address().port())) {
                socket.setSoTimeout(30_000);
                socket.getOutputStream()
                        .write(("GET / HTTP/1.1\r\nHost: " + s3.host() + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                byte[] answer = socket.getInputStream().readNBytes(12);
                assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 403");
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
        is(200, s3.put(bucket + "/after", "x"));
    }

    private static byte[] smallFirst(String key, String id) {
        return list(new int[] {3, 4}, part(key, id, 3, bytes(11)), part(key, id, 4, bytes(12)));
    }

    private static String begin(String key) {
        HttpResponse<byte[]> begun = s3.send("POST", key, "uploads", Map.of(), new byte[0]);
        is(200, begun);
        return all("UploadId", text(begun)).getFirst();
    }

    private static String part(String key, String id, int number, byte[] bytes) {
        HttpResponse<byte[]> sent = s3.send("PUT", key, "partNumber=" + number + "&uploadId=" + id, Map.of(), bytes);
        is(200, sent);
        return tag(sent);
    }

    private static HttpResponse<byte[]> complete(String key, String id, String... tags) {
        return s3.send("POST", key, "uploadId=" + id, Map.of(), list(new int[] {1, 2, 3}, tags));
    }

    private static byte[] list(int[] numbers, String... tags) {
        StringBuilder document = new StringBuilder("<CompleteMultipartUpload>");
        for (int i = 0; i < numbers.length; i++) {
            document.append("<Part><PartNumber>")
                    .append(numbers[i])
                    .append("</PartNumber><ETag>")
                    .append(tags[i].replace("\"", "&quot;"))
                    .append("</ETag></Part>");
        }
        return document.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void anybodyCanFetchWhatWasPresigned() throws IOException {
        String bucket = bucket("presigned");
        s3.put(bucket + "/a b", "content");
        String query = s3.signer()
                .presign("GET", s3.host(), "/presigned/a%20b", List.of(), Instant.now(), Duration.ofMinutes(5));
        try (InputStream in = URI.create("http://" + s3.host() + "/presigned/a%20b?" + query)
                .toURL()
                .openStream()) {
            assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("content");
        }
    }

    @Test
    void strangersGetNothingAndNoBodyIsReadForThem() throws IOException {
        bucket("closed");
        try (Socket socket = new Socket("127.0.0.1", s3.gateway.address().port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("PUT /closed/x HTTP/1.1\r\nHost: " + s3.host()
                                    + "\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(12);
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 403");
        }
        try (Socket socket = new Socket("127.0.0.1", s3.gateway.address().port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET /closed HTTP/1.1\r\nHost: " + s3.host() + "\r\nx: " + "y".repeat(40_000) + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(12);
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 431");
        }
    }

    @Test
    void whatIsNotThereSaysSo() {
        String bucket = bucket("absent");
        s3.put(bucket + "/o", "x");
        Map.of(
                        "policy", "NoSuchBucketPolicy",
                        "cors", "NoSuchCORSConfiguration",
                        "lifecycle", "NoSuchLifecycleConfiguration",
                        "tagging", "NoSuchTagSet",
                        "encryption", "ServerSideEncryptionConfigurationNotFoundError",
                        "object-lock", "ObjectLockConfigurationNotFoundError",
                        "publicAccessBlock", "NoSuchPublicAccessBlockConfiguration")
                .forEach((which, code) -> fails(404, code, s3.get(bucket, which)));
        assertThat(text(s3.get(bucket, "versioning"))).contains("VersioningConfiguration");
        assertThat(text(s3.get(bucket, "acl"))).contains("FULL_CONTROL");
        assertThat(text(s3.get(bucket + "/o", "tagging"))).contains("TagSet");
        is(200, s3.send("PUT", bucket + "/o", "acl", Map.of("x-amz-acl", "private"), new byte[0]));
        byte[] own = s3.get(bucket + "/o", "acl").body();
        is(200, s3.send("PUT", bucket + "/o", "acl", Map.of(), own));
        fails(
                400,
                "AccessControlListNotSupported",
                s3.send(
                        "PUT",
                        bucket + "/o",
                        "acl",
                        Map.of(),
                        new String(own, StandardCharsets.UTF_8)
                                .replace("<ID>" + s3.accessKey(), "<ID>other")
                                .getBytes(StandardCharsets.UTF_8)));
        fails(
                501,
                "NotImplemented",
                s3.send("PUT", bucket, "versioning", Map.of(), "x".getBytes(StandardCharsets.UTF_8)));
        fails(
                400,
                "AccessControlListNotSupported",
                s3.send("PUT", bucket + "/p", "", Map.of("x-amz-acl", "public-read"), new byte[0]));
        fails(
                501,
                "NotImplemented",
                s3.send("PUT", bucket + "/p", "", Map.of("x-amz-server-side-encryption", "AES256"), new byte[0]));
        fails(404, "NoSuchVersion", s3.get(bucket + "/o", "versionId=abc"));
        HttpResponse<byte[]> put = s3.send(
                "PUT",
                bucket + "/p",
                "",
                Map.of("x-amz-meta-color", "red", "content-type", "text/plain", "x-amz-meta-mtime", "5"),
                new byte[0]);
        is(200, put);
        HttpResponse<byte[]> kept = s3.get(bucket + "/p", "");
        assertThat(kept.headers().firstValue("x-amz-meta-color")).contains("red");
        assertThat(kept.headers().firstValue("content-type")).contains("text/plain");
        is(200, s3.send("PUT", bucket + "/copy", "", Map.of("x-amz-copy-source", bucket + "/p"), new byte[0]));
        assertThat(s3.get(bucket + "/copy", "").headers().firstValue("x-amz-meta-color"))
                .contains("red");
        for (String time : List.of("-86400.5", "yesterday")) {
            is(200, s3.send("PUT", bucket + "/t", "", Map.of("x-amz-meta-mtime", time), new byte[0]));
            assertThat(s3.get(bucket + "/t", "").headers().firstValue("x-amz-meta-mtime"))
                    .contains(time);
        }
        is(200, s3.put(bucket + "/p", "other"));
        assertThat(s3.get(bucket + "/p", "").headers().firstValue("x-amz-meta-color"))
                .isEmpty();
        fails(
                400,
                "MetadataTooLarge",
                s3.send("PUT", bucket + "/p", "", Map.of("x-amz-meta-large", "v".repeat(2048)), new byte[0]));
        HttpResponse<byte[]> attributes = s3.send(
                "GET", bucket + "/o", "attributes", Map.of("x-amz-object-attributes", "ETag,ObjectSize"), new byte[0]);
        assertThat(all("ObjectSize", text(attributes))).containsExactly("1");
    }

    /** Nothing that a caller says becomes a label. */
    @Test
    void requestsAreCountedForPrometheus() throws IOException, InterruptedException {
        String bucket = bucket("counted");
        double before = counted("GET", "object", "NoSuchKey");
        is(200, s3.put(bucket + "/a", "b"));
        fails(404, "NoSuchKey", s3.get(bucket + "/none", ""));
        fails(404, "NoSuchKey", s3.get(bucket + "/neither", ""));
        s3.send("BREW", bucket + "/coffee", "", Map.of(), new byte[0]);
        assertThat(counted("GET", "object", "NoSuchKey") - before).isEqualTo(2);
        assertThat(counted("PUT", "object", "OK")).isPositive();
        assertThat(counted("PUT", "bucket", "OK")).isPositive();
        assertThat(counted("other", "object", "MethodNotAllowed")).isPositive();
        assertThat(scrape()).doesNotContain("BREW", "counted").contains("trivet_s3_connections ");
        assertThat(scrape("/", 404)).contains("/metrics");
    }

    private static double counted(String method, String target, String code) throws IOException, InterruptedException {
        Matcher found = Pattern.compile("trivet_s3_requests_total\\{code=\"" + code + "\",method=\"" + method
                        + "\",target=\"" + target + "\"} ([0-9.]+)")
                .matcher(scrape());
        return found.find() ? Double.parseDouble(found.group(1)) : 0;
    }

    private static String scrape() throws IOException, InterruptedException {
        return scrape("/metrics", 200);
    }

    private static String scrape(String path, int status) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://" + s3.metrics + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(status);
            return answer.body();
        }
    }
}
