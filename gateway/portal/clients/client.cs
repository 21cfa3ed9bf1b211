// Asks the bus one question; .NET 8 or later, no library.
// LGSP_URL=http://127.0.0.1:8080 LGSP_CLIENT=H26.11-demo LGSP_KEY=H26.11.key.pem dotnet run '{"citizenId":"…","fullName":"…"}'
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

string Env(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException(name + " is not set");
string url = Env("LGSP_URL"), client = Env("LGSP_CLIENT");
using var http = new HttpClient();

string Base64Url(byte[] data) => Convert.ToBase64String(data).TrimEnd('=').Replace('+', '-').Replace('/', '_');

// Signed with the client's own key (RFC 7523), valid for a minute, used once.
string Assertion()
{
    using var key = ECDsa.Create();
    key.ImportFromPem(File.ReadAllText(Env("LGSP_KEY")));
    long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    var claims = new { iss = client, sub = client, aud = url + "/oauth2/token", jti = Guid.NewGuid().ToString(), iat = now, exp = now + 60 };
    string text = Base64Url(Encoding.UTF8.GetBytes("{\"alg\":\"ES256\",\"typ\":\"JWT\"}")) + "." + Base64Url(JsonSerializer.SerializeToUtf8Bytes(claims));
    // r and s side by side, as JWS wants them (RFC 7518, 3.4).
    return text + "." + Base64Url(key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
}

async Task<string> Send(HttpRequestMessage request)
{
    using var answer = await http.SendAsync(request);
    string body = await answer.Content.ReadAsStringAsync();
    return answer.IsSuccessStatusCode ? body : throw new InvalidOperationException(body); // RFC 9457: code, detail, owner, errors
}

// Keep the token for its 15 minutes; ask for another when it ends.
string answer = await Send(new HttpRequestMessage(HttpMethod.Post, url + "/oauth2/token")
{
    Content = new FormUrlEncodedContent(new Dictionary<string, string>
    {
        ["grant_type"] = "client_credentials",
        ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ["client_assertion"] = Assertion(),
    }),
});
string token = JsonDocument.Parse(answer).RootElement.GetProperty("access_token").GetString()!;

var question = new HttpRequestMessage(HttpMethod.Post, url + "/v1/population/citizen-verify")
{
    Content = new StringContent(args[0], Encoding.UTF8, "application/json"),
};
question.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
question.Headers.Add("LGSP-Purpose", "one-stop");
question.Headers.Add("LGSP-Official", "clerk-7");
Console.WriteLine(await Send(question));
