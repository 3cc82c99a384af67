def test_the_server_says_that_it_is_well(browser):
    answer = browser.get("/healthz")
    assert answer.json == {"status": "ok"}
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
