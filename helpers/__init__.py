"""The models, the training and the figures of *Images In, Images Out*.

Importing the package does nothing: no TensorFlow, no network, no file. Each module loads what it needs when it is used.
"""


def __getattr__(name):
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("images-in-images-out")
        except PackageNotFoundError:
            return "not installed"
    raise AttributeError(f"module 'helpers' has no attribute {name!r}")
