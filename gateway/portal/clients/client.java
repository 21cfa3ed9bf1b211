import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Pattern;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Asks the bus one question; Java 17, no library.
 * LGSP_URL=http://127.0.0.1:8080 LGSP_CLIENT=H26.11-demo LGSP_KEY=H26.11.key.pem java client.java '{"citizenId":"…","fullName":"…"}'
 */
public class Client {
    static final String URL = System.getenv("LGSP_URL"), CLIENT = System.getenv("LGSP_CLIENT");
    static final HttpClient HTTP = HttpClient.newHttpClient();

    public static void main(String[] args) throws Exception {
        String form = "grant_type=client_credentials&client_assertion_type="
            + URLEncoder.encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", UTF_8) + "&client_assertion=" + assertion();
        String answer = send(request("/oauth2/token", form).header("Content-Type", "application/x-www-form-urlencoded"));
        // Keep the token for its 15 minutes; ask for another when it ends.
        var token = Pattern.compile("\"access_token\"\\s*:\\s*\"([^\"]+)\"").matcher(answer);
        if (!token.find()) throw new IllegalStateException("no token");
        System.out.println(send(request("/v1/population/citizen-verify", args[0])
            .header("Authorization", "Bearer " + token.group(1)).header("Content-Type", "application/json")
            .header("LGSP-Purpose", "one-stop").header("LGSP-Official", "clerk-7")));
    }

    /** Signed with the client's own key (RFC 7523), valid for a minute, used once. */
    static String assertion() throws Exception {
        String pem = Files.readString(Path.of(System.getenv("LGSP_KEY"))).replaceAll("-----[^-]+-----|\\s", "");
        var key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
        long now = Instant.now().getEpochSecond();
        String text = base64url("{\"alg\":\"ES256\",\"typ\":\"JWT\"}".getBytes(UTF_8)) + "." + base64url(String.format(
            "{\"iss\":\"%1$s\",\"sub\":\"%1$s\",\"aud\":\"%2$s/oauth2/token\",\"jti\":\"%3$s\",\"iat\":%4$d,\"exp\":%5$d}",
            CLIENT, URL, UUID.randomUUID(), now, now + 60).getBytes(UTF_8));
        var signature = Signature.getInstance("SHA256withECDSAinP1363Format"); // r and s side by side, as JWS wants them
        signature.initSign(key);
        signature.update(text.getBytes(UTF_8));
        return text + "." + base64url(signature.sign());
    }

    static HttpRequest.Builder request(String path, String body) {
        return HttpRequest.newBuilder(URI.create(URL + path)).POST(BodyPublishers.ofString(body));
    }

    static String send(HttpRequest.Builder request) throws Exception {
        var answer = HTTP.send(request.build(), BodyHandlers.ofString(UTF_8));
        if (answer.statusCode() != 200) throw new IllegalStateException(answer.body()); // RFC 9457: code, detail, owner, errors
        return answer.body();
    }

    static String base64url(byte[] data) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(data);
    }
}
