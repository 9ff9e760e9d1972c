"""The invented wholesaler: what it sells, to whom, how its customers behave, and the files it keeps."""
